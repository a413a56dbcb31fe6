import { Command } from "commander";
import { createApi } from "../../api/client.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { confirm } from "../../input/prompt.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  yes?: boolean;
}

export function deleteCommand(context: Context): Command {
  const command = new Command("delete")
    .summary("delete an upload of yours")
    .description("Deletes an upload and its files, published or not. This cannot be undone.")
    .argument("<upload>")
    .option("--yes", "do not ask");
  return addUser(command).action((upload: string, options: Options) => run(context, upload, options));
}

async function run(context: Context, id: string, options: Options) {
  const uploadId = idOf("upload", id);
  const { call } = await connectAs(context, options, "fan");
  if (!options.yes) {
    const { upload } = (await createApi(call).read(uploadId))!;
    const names = upload.media.map(({ fileName, mediaId }) => fileName ?? mediaId);
    await confirm(context, `delete the upload of ${names.join(", ")}`, options.yes);
  }
  await call("DELETE", `/uploads/${uploadId}`);
  print(context, options, { uploadId, deleted: true }, () => `deleted the upload ${uploadId}`);
}
