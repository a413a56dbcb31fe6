import { encodeRfc3986 } from "../../gate/query.ts";
import { parseAmzDate } from "../../gate/signature.ts";
import { AwsError } from "../../world.ts";
import { authorizeWrite, formContext } from "../authorize.ts";
import { type Checksum, checksumIn, DEFAULT_ALGORITHM } from "../checksums.ts";
import { causeOf, commitObject, withBody } from "../commit.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { describedBy } from "../described.ts";
import { invalidArgument, notImplemented } from "../errors.ts";
import { type Form, readForm } from "../form.ts";
import type { StoredObject } from "../objects.ts";
import { type S3Output, xml } from "../output.ts";
import { arriving, badChecksum, bodyBytes, Digest, MAX_PUT_BYTES } from "../payload.ts";
import { checkPolicy, type SizeRange } from "../policy.ts";
import { tagsInXml } from "../tags.ts";

/** An upload by a browser's form, whose policy is signed in place of the request. */
export const postObject: Operation = async (s3, request) => {
  const { headers } = request;
  const contentType = headers["content-type"] ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
      Condition: "Bucket POST must be of the enclosure-type multipart/form-data",
    });
  }
  if (headers["content-length"] === undefined)
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  request.invite();
  const { object, fields } = await readForm(contentType, arriving(request.request), (form) => store(s3, request, form));
  const location = `${s3.world.endpoint()}/${object.bucket}/${object.key.split("/").map(encodeRfc3986).join("/")}`;
  const described = { etag: `"${object.etag}"`, location };
  const to = fields.get("success_action_redirect") ?? fields.get("redirect");
  if (to !== undefined && URL.canParse(to)) return redirect(new URL(to), object);
  const status = fields.get("success_action_status");
  if (status === "201") {
    const { bucket: Bucket, key: Key, etag } = object;
    const content = { Location: location, Bucket, Key, ETag: `"${etag}"` };
    return xml("PostResponse", content, { status: 201, headers: described });
  }
  return { status: status === "200" ? 200 : 204, headers: described };
};

function redirect(to: URL, { bucket, key, etag }: StoredObject): S3Output {
  for (const [name, value] of Object.entries({ bucket, key, etag: `"${etag}"` })) to.searchParams.append(name, value);
  return { status: 303, headers: { etag: `"${etag}"`, location: to.href } };
}

async function store(s3: S3, outer: Request, { fields, fileName, file }: Form) {
  const key = (fields.get("key") ?? "").replaceAll(/\$\{filename\}/g, () => fileName);
  if (key === "")
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      "key",
      "",
    );
  if (Buffer.byteLength(key) > 1024) throw new AwsError("KeyTooLongError", "Your key is too long", 400);
  fields.set("key", key);
  const policy = fields.get("policy");
  const principal = policy === undefined ? outer.principal : outer.authenticateForm(fields);
  const seen = new Map([...fields, ["bucket", outer.bucket.name]]);
  const size = policy === undefined ? undefined : checkPolicy(policy, seen, s3.world.clock.now());
  const request: Request = { ...outer, key, principal };
  // A form has its tags as a document.
  if (fields.has("x-amz-tagging")) throw notImplemented("x-amz-tagging in a form");
  const tags = fields.has("tagging") ? tagsInXml(fields.get("tagging")!) : undefined;
  const headers: Record<string, string> = Object.fromEntries(fields);
  if (fields.has("acl")) headers["x-amz-acl"] = headers.acl!;
  // A form's fields stand for the headers of a write.
  authorizeWrite(s3, { ...request, headers: { ...ofBrowser(outer), ...headers } }, tags, signedBy(s3, fields));
  const described = describedBy(headers);
  const claimed = checksumIn(headers);
  const object = await withBody(s3, bodyBytes(request.headers), async (bodyId) => {
    const digest = new Digest(claimed?.algorithm ?? DEFAULT_ALGORITHM);
    await s3.bodies.write(bodyId, sized(file, size), digest.update);
    const { bytes, md5: etag, checksum: found } = digest.finish();
    if (claimed && claimed.value !== found.value) throw badChecksum(claimed.algorithm);
    const checksum: Checksum = { ...found, type: "FULL_OBJECT" };
    const fresh = { ...described, tags, bucket: request.bucket, key, bodyId, bytes, etag, checksum };
    return commitObject(s3, fresh, {}, causeOf(request, "POST Object"));
  });
  return { object, fields };
}

/** The form's own headers that policies look at. */
const ofBrowser = ({ headers }: Request) =>
  Object.fromEntries(["user-agent", "referer"].flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));

/** The date is the one that the form's verified signature covers. */
const signedBy = ({ world }: S3, fields: Map<string, string>) =>
  formContext(world.clock.now(), fields.has("policy") ? parseAmzDate(fields.get("x-amz-date") ?? "") : undefined);

/** Stops a file as soon as it is larger than allowed, and at its end when it is smaller. */
async function* sized(file: AsyncIterable<Buffer>, range: SizeRange | undefined): AsyncGenerator<Buffer> {
  const max = Math.min(range?.max ?? MAX_PUT_BYTES, MAX_PUT_BYTES);
  let bytes = 0;
  for await (const piece of file) {
    bytes += piece.length;
    if (bytes > max) {
      throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, {
        ProposedSize: bytes,
        MaxSizeAllowed: max,
      });
    }
    yield piece;
  }
  if (range && bytes < range.min) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, {
      ProposedSize: bytes,
      MinSizeAllowed: range.min,
    });
  }
}
