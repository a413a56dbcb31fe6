/** A process of its own that starts a function and waits to be killed: `node keeper.ts {directory} {root}`. */
import { createLambda } from "../../src/lambda/index.ts";
import { lambdaFunction } from "./handlers.ts";
import { testWorld } from "./support.ts";

const [directory, root] = process.argv.slice(2) as [string, string];
const names = ["waits", "spins"];
const functions = names.map((name) => lambdaFunction(name));
const lambda = createLambda({ world: testWorld({ directory }), functions, root, localise: (value) => value });
for (const name of names) void lambda.invoke(name, "{}");
setInterval(() => undefined, 60_000);
