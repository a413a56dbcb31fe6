import { Command } from "commander";
import { parse } from "../api/caller.ts";
import { Me } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { confirm } from "../input/prompt.ts";
import { inspectPicture, setPicture } from "../picture/set.ts";
import { pictureFacts } from "../show/picture.ts";
import { addUser, type Common, connectAs, print } from "./common.ts";
import { group } from "./group.ts";

export function pictureCommand(context: Context): Command {
  const set = new Command("set")
    .summary("set your profile picture")
    .description("Sends a picture, and waits until it is your profile picture. `whoami` shows it.")
    .argument("<file>", "a jpeg, png, webp, avif or gif")
    .addHelpText("after", "\nExit codes: 0 set, 1 failed, 2 refused (the reason is shown), 130 interrupted.");
  const remove = new Command("delete")
    .summary("remove your profile picture")
    .description("Removes your profile picture, and any that was sent and is not served yet.")
    .option("--yes", "do not ask");
  return group("picture", "set or remove your profile picture", [
    addUser(set).action((file: string, options: Common) => run(context, file, options)),
    addUser(remove).action((options: Common & { yes?: boolean }) => runDelete(context, options)),
  ]);
}

async function runDelete(context: Context, options: Common & { yes?: boolean }) {
  const { call, session } = await connectAs(context, options, "fan");
  await confirm(context, `remove the picture of ${session.user.name}`, options.yes);
  await call("DELETE", "/me/picture");
  print(context, options, { deleted: true }, () => "the picture is removed");
}

async function run(context: Context, path: string, options: Common) {
  const file = inspectPicture(path);
  const { call, patience, screen } = await connectAs(context, options, "fan");
  const read = async () => {
    const { picture, pictureUpload } = parse(Me, await call("GET", "/me"));
    return { served: picture, offer: pictureUpload };
  };
  const picture = await setPicture(context, { call, patience, screen, path: "/me/picture", read }, file);
  const { served, offer } = picture;
  const document = { ...(served && { picture: served }), ...(offer && { pictureUpload: offer }) };
  print(context, options, document, () => pictureFacts("picture", picture));
}
