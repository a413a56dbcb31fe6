import type { Xml } from "../../protocol/xml.ts";
import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import { causeOf, commitDelete } from "../commit.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { malformedXml, notImplemented } from "../errors.ts";
import { xml } from "../output.ts";
import { receiveText } from "../payload.ts";
import { list, parseXml, text } from "../xml.ts";

const MAX_KEYS = 1000;
const MAX_BODY_BYTES = 2 * 2 ** 20;

export const deleteObjects: Operation = async (s3, request) => {
  const body = await receiveText(request, MAX_BODY_BYTES);
  if (!body.checked) throw new AwsError("InvalidRequest", "Missing required header for this request: Content-MD5", 400);
  const root = parseXml(body.text, "Delete");
  const objects = list(root, "Object").map((object) => {
    const key = text(object, "Key");
    if (!key) throw malformedXml();
    return { key, ifMatch: text(object, "ETag"), versionId: text(object, "VersionId") };
  });
  if (objects.length === 0 || objects.length > MAX_KEYS) throw malformedXml();
  const quiet = text(root, "Quiet")?.trim() === "true";
  const [deleted, errors]: Xml[][] = [[], []];
  for (const object of objects) {
    const error = remove(s3, { ...request, key: object.key }, object);
    if (error) errors!.push({ Key: object.key, Code: error.code, Message: error.message });
    else if (!quiet) deleted!.push({ Key: object.key });
  }
  return xml("DeleteResult", { Deleted: deleted!, Error: errors! });
};

/** Each key is asked for and answered on its own. */
function remove(s3: S3, request: Request, { ifMatch, versionId }: { ifMatch?: string; versionId?: string }) {
  try {
    if (versionId !== undefined && versionId !== "null") throw notImplemented("VersionId");
    authorize(s3, request, "DeleteObject");
    commitDelete(s3, request.bucket, request.key, causeOf(request, "DeleteObject"), ifMatch);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
