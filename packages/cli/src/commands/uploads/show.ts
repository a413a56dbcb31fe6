import { Command, Option } from "commander";
import { createApi } from "../../api/client.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { uploadFacts } from "../../show/media.ts";
import { pageOf } from "../../show/page.ts";
import { findOperated } from "../../target/operated.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  operator?: boolean;
}

const HELP = `
With --operator it reads the record in the table itself, as the API shows it to
nobody: whosever the upload is, what failed on our side, and what it cost.

Permissions, with --operator:
  dynamodb:Query      on the table STAGE-uploads
  ssm:GetParameter    on /dropclip/STAGE/outputs, with --stage`;

export function showCommand(context: Context): Command {
  const command = new Command("show")
    .summary("show one upload, file by file")
    .description("Shows an upload of yours: the result for each file, and its URLs.")
    .argument("<upload>");
  return addUser(command)
    .addOption(
      new Option(
        "--operator",
        "as an operator reads it, with your AWS credentials: anybody's, with its cost",
      ).conflicts(["api", "user"]),
    )
    .addHelpText("after", HELP)
    .action((upload: string, options: Options) => run(context, upload, options));
}

async function run(context: Context, id: string, options: Options) {
  const uploadId = idOf("upload", id);
  if (options.operator) return runAsOperator(context, uploadId, options);
  const { call } = await connectAs(context, options, "fan");
  const { upload } = (await createApi(call).read(uploadId))!;
  print(context, options, upload, () => uploadFacts(upload));
}

async function runAsOperator(context: Context, uploadId: string, options: Options) {
  // Load the AWS SDK and the domain code; other commands start faster without them.
  const [{ readUpload }, { operatorPage, operatorRecord }] = await Promise.all([
    import("../../cost/records.ts"),
    import("../../cost/record.ts"),
  ]);
  const record = operatorRecord(
    await readUpload(context, await findOperated(context, options.stage, "DYNAMODB"), uploadId),
  );
  print(context, options, record, () => operatorPage(record, pageOf(context)));
}
