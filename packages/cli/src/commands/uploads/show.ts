import { Command } from "commander";
import { createApi } from "../../api/client.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { uploadFacts } from "../../show/media.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

export function showCommand(context: Context): Command {
  const command = new Command("show")
    .summary("show one upload, file by file")
    .description("Shows an upload of yours: the result for each file, and its URLs.")
    .argument("<upload>");
  return addUser(command).action((upload: string, options: Common) => run(context, upload, options));
}

async function run(context: Context, id: string, options: Common) {
  const uploadId = idOf("upload", id);
  const { call } = await connectAs(context, options, "fan");
  const { upload } = (await createApi(call).read(uploadId))!;
  print(context, options, upload, () => uploadFacts(upload));
}
