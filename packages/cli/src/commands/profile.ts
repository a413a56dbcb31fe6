import { Command, Option } from "commander";
import { parse } from "../api/caller.ts";
import { Me } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { facts } from "../show/facts.ts";
import { addUser, type Common, connectAs, print } from "./common.ts";

interface Options extends Common {
  /** False: to be removed. */
  name?: string | false;
  public?: boolean;
  private?: boolean;
}

export function profileCommand(context: Context): Command {
  const command = new Command("profile")
    .summary("show or change your name, and who may see it")
    .description(
      "Shows your profile, or changes what you name. Everybody can see the profile of a creative with an event.",
    )
    .option("--name <text>", "the name others see")
    .option("--no-name", "remove the name")
    .addOption(new Option("--public", "everybody may see your name and picture").conflicts("private"))
    .option("--private", "nobody may see them");
  return addUser(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { name, public: everybody, private: nobody } = options;
  const body = {
    ...(name === undefined ? {} : { displayName: name === false ? null : name }),
    ...(everybody || nobody ? { public: everybody === true } : {}),
  };
  const { call } = await connectAs(context, options);
  const changed = Object.keys(body).length > 0;
  const me = parse(Me, await (changed ? call("PATCH", "/me", { body }) : call("GET", "/me")));
  const text = () =>
    facts([
      ["name", me.displayName ?? "none"],
      ["seen by", me.public ? "everybody" : "nobody, unless you have an event"],
      ["picture", me.picture?.url],
      ["id", me.userId],
    ]);
  print(context, options, me, text);
}
