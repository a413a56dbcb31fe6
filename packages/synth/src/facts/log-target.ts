/** Where a service writes what it was asked: a bucket, and what keys there begin with. */
export interface LogTarget {
  bucketName: string;
  prefix: string;
}
