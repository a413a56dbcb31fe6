import { NotFound, S3, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { AwsConfig } from "../aws/config.ts";
import { CliError } from "../errors.ts";
import { ASSETS, cacheControl, contentType, INDEX, RETIRED, type SiteFile } from "./site.ts";

/** An asset that is in the bucket. */
export interface Stored {
  key: string;
  modifiedAt: Date;
}

/** The pages' bucket, as publishing sees it. */
export class PagesBucket {
  readonly #s3: S3;
  readonly #name: string;
  readonly #signal: AbortSignal;

  constructor(config: AwsConfig & Pick<S3ClientConfig, "retryStrategy">, name: string, signal: AbortSignal) {
    // A name in the host is for AWS's own hosts.
    this.#s3 = new S3({ ...config, forcePathStyle: config.endpoint !== undefined });
    this.#name = name;
    this.#signal = signal;
  }

  close() {
    this.#s3.destroy();
  }

  /** ETag of the `index.html` that is served now; undefined before the first one. */
  async indexTag(): Promise<string | undefined> {
    try {
      return (await this.#s3.headObject({ Bucket: this.#name, Key: INDEX }, this.#options)).ETag;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async assets(): Promise<Stored[]> {
    const found: Stored[] = [];
    let ContinuationToken: string | undefined;
    do {
      const asked = { Bucket: this.#name, Prefix: ASSETS, ContinuationToken };
      const page = await this.#s3.listObjectsV2(asked, this.#options);
      for (const { Key, LastModified } of page.Contents ?? []) found.push({ key: Key!, modifiedAt: LastModified! });
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return found;
  }

  /** Puts a file; one that was retired no longer is. */
  async put({ key, body }: SiteFile, condition: { IfMatch?: string; IfNoneMatch?: string } = {}) {
    const described = { ContentType: contentType(key), CacheControl: cacheControl(key) };
    await this.#s3.putObject({ Bucket: this.#name, Key: key, Body: body, ...described, ...condition }, this.#options);
  }

  /** Puts `index.html` in the place of the one of that ETag, if it still is the one that is served. */
  async replaceIndex(index: SiteFile, tag: string | undefined) {
    try {
      await this.put(index, tag === undefined ? { IfNoneMatch: "*" } : { IfMatch: tag });
    } catch (error) {
      // 409: two at the same moment.
      if (!["PreconditionFailed", "ConditionalRequestConflict"].includes((error as Error).name)) throw error;
      throw new CliError("somebody else has published meanwhile, and their pages are served: run it again");
    }
  }

  /**
   * Marks an asset, and begins its 30 days: a lifecycle counts from when an object was written, so it is written again,
   * in place. False where it was marked before, or put again since it was listed.
   */
  async retire({ key, modifiedAt }: Stored): Promise<boolean> {
    const at = { Bucket: this.#name, Key: key };
    const { TagSet = [] } = await this.#s3.getObjectTagging(at, this.#options);
    if (TagSet.some(({ Key, Value }) => Key === RETIRED.key && Value === RETIRED.value)) return false;
    try {
      await this.#s3.copyObject(
        {
          ...at,
          CopySource: `${this.#name}/${key.split("/").map(encodeURIComponent).join("/")}`,
          CopySourceIfUnmodifiedSince: modifiedAt,
          MetadataDirective: "REPLACE",
          ContentType: contentType(key),
          CacheControl: cacheControl(key),
          TaggingDirective: "REPLACE",
          Tagging: `${RETIRED.key}=${RETIRED.value}`,
        },
        this.#options,
      );
      return true;
    } catch (error) {
      if ((error as Error).name === "PreconditionFailed") return false;
      throw error;
    }
  }

  get #options() {
    return { abortSignal: this.#signal };
  }
}
