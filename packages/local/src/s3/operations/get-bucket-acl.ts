import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";
import { ownerOf } from "../owner.ts";

const GRANTEE = '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">';

/** That of every new bucket, and there is no way to change it: its owner may do everything. */
export const getBucketAcl: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketAcl");
  const owner = ownerOf(s3.world);
  const Grant = { Grantee: owner, Permission: "FULL_CONTROL" };
  const { body, headers, ...answer } = xml("AccessControlPolicy", { Owner: owner, AccessControlList: { Grant } });
  const text = String(body).replace("<Grantee>", GRANTEE);
  return { ...answer, headers: { ...headers, "content-length": Buffer.byteLength(text) }, body: text };
};
