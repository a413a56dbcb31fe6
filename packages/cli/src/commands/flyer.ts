import { Command } from "commander";
import { type Call, parse } from "../api/caller.ts";
import { Event, Flyer } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { clean } from "../format.ts";
import { eventOf } from "../input/ids.ts";
import { confirm } from "../input/prompt.ts";
import { inspectPicture, type Picture, setPicture } from "../picture/set.ts";
import { pictureFacts } from "../show/picture.ts";
import { addUser, type Common, connectAs, print } from "./common.ts";
import { group } from "./group.ts";

export function flyerCommand(context: Context): Command {
  const set = new Command("set")
    .summary("set the flyer of an event of yours")
    .description("Sends a picture, and waits until it is the event's flyer.")
    .argument("<event>")
    .argument("<file>", "a jpeg, png, webp, avif or gif")
    .addHelpText("after", "\nExit codes: 0 set, 1 failed, 2 refused (the reason is shown), 130 interrupted.");
  const show = new Command("show")
    .summary("show an event's flyer, and the result for the one sent last")
    .description("Shows the flyer of an event of yours, and the result for the picture sent last.")
    .argument("<event>");
  const remove = new Command("delete")
    .summary("remove an event's flyer")
    .description("Removes the flyer of an event of yours, and any that was sent and is not served yet.")
    .argument("<event>")
    .option("--yes", "do not ask");
  return group("flyer", "set, show or remove an event's flyer", [
    addUser(set).action((event: string, file: string, options: Common) => runSet(context, event, file, options)),
    addUser(show).action((event: string, options: Common) => runShow(context, event, options)),
    addUser(remove).action((event: string, options: Common & { yes?: boolean }) => runDelete(context, event, options)),
  ]);
}

async function runSet(context: Context, event: string, path: string, options: Common) {
  const eventId = eventOf(event);
  const file = inspectPicture(path);
  const { call, patience, screen } = await connectAs(context, options, "creative");
  const at = { path: `/events/${eventId}/flyer`, read: () => read(call, eventId) };
  const picture = await setPicture(context, { call, patience, screen, ...at }, file);
  print(context, options, documentOf(picture), () => pictureFacts("flyer", picture));
}

async function runShow(context: Context, event: string, options: Common) {
  const eventId = eventOf(event);
  const { call } = await connectAs(context, options, "creative");
  const picture = await read(call, eventId);
  print(context, options, documentOf(picture), () => pictureFacts("flyer", picture));
}

async function runDelete(context: Context, name: string, options: Common & { yes?: boolean }) {
  const eventId = eventOf(name);
  const { call } = await connectAs(context, options, "creative");
  const { title } = parse(Event, await call("GET", `/events/${eventId}`));
  await confirm(context, `remove the flyer of the event "${title}"`, options.yes);
  await call("DELETE", `/events/${eventId}/flyer`);
  print(context, options, { eventId, deleted: true }, () => `the flyer of the event "${clean(title)}" is removed`);
}

async function read(call: Call, eventId: string): Promise<Picture> {
  const { flyer, upload } = parse(Flyer, await call("GET", `/events/${eventId}/flyer`));
  return { served: flyer, offer: upload };
}

/** The flyer as the API returns it. */
function documentOf({ served, offer }: Picture): Flyer {
  return { ...(served && { flyer: served }), ...(offer && { upload: offer }) };
}
