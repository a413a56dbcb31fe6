import { authorize, authorizeDelete } from "../authorize.ts";
import { causeOf, commitDelete } from "../commit.ts";
import type { Operation } from "../context.ts";

export const deleteObject: Operation = (s3, request) => {
  const { bucket, key, headers } = request;
  authorizeDelete(s3, request);
  const ifMatch = headers["if-match"];
  if (ifMatch !== undefined && ifMatch !== "*") authorize(s3, request, "GetObject");
  commitDelete(s3, bucket, key, causeOf(request, "DeleteObject"), ifMatch);
  return { status: 204 };
};
