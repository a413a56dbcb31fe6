import { Command } from "commander";
import { parse } from "../api/caller.ts";
import { Me } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { facts } from "../show/facts.ts";
import { addUser, type Common, connectAs, print } from "./common.ts";

export function whoamiCommand(context: Context): Command {
  const command = new Command("whoami")
    .summary("show who is signed in")
    .description("Shows the user that commands act as, and the other users who are signed in.");
  return addUser(command).action((options: Common) => run(context, options));
}

async function run(context: Context, options: Common) {
  const { target, call, session, others } = await connectAs(context, options);
  const { name } = session.user;
  const me = parse(Me, await call("GET", "/me"));
  const text = () =>
    facts([
      ["user", name],
      ["id", me.userId],
      ["groups", me.groups.join(", ") || "none"],
      ["at", target.cloud ? `${target.name}, ${target.api}` : target.name],
      ["picture", me.picture?.url],
      ["also signed in", others.join(", ")],
    ]);
  print(context, options, { ...me, name, api: target.api, others }, text);
}
