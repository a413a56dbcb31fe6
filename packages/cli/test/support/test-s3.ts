import { createHash } from "node:crypto";

/** A signed call as S3 received it, signature checked. */
export interface SignedCall {
  operation: string;
  key: string;
  query: URLSearchParams;
  body: Buffer;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** The part of S3 that a client sends to: put, multipart, pages of parts, and no overwriting. Errors are S3's own. */
export class TestS3 {
  readonly objects = new Map<string, Buffer>();
  readonly multiparts = new Map<string, { key: string; parts: Map<number, Buffer> }>();
  pageSize = 1000;
  #begun = 0;

  /** Begins a multipart upload, as the API does; returns its id. */
  begin(key: string): string {
    const id = `m&${++this.#begun}`;
    this.multiparts.set(id, { key, parts: new Map() });
    return id;
  }

  handle({ operation, key, query, body }: SignedCall): Answer {
    switch (operation) {
      case "PutObject":
        if (this.objects.has(key)) return failure(412, "PreconditionFailed");
        this.objects.set(key, body);
        return { status: 200, headers: { etag: etagOf(body) } };
      default: {
        const upload = this.multiparts.get(query.get("uploadId") ?? "");
        if (!upload) return failure(404, "NoSuchUpload");
        if (operation === "UploadPart") return this.#uploadPart(upload, Number(query.get("partNumber")), body);
        if (operation === "ListParts") return this.#listParts(upload, Number(query.get("part-number-marker") ?? 0));
        return this.#complete(query.get("uploadId")!, upload, body.toString());
      }
    }
  }

  #uploadPart({ parts }: { parts: Map<number, Buffer> }, number: number, body: Buffer): Answer {
    parts.set(number, body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }

  #listParts({ parts }: { parts: Map<number, Buffer> }, marker: number): Answer {
    const after = [...parts].filter(([number]) => number > marker).toSorted(([a], [b]) => a - b);
    const page = after.slice(0, this.pageSize);
    const listed = page.map(
      ([number, part]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etagOf(part).replaceAll('"', "&quot;")}</ETag><Size>${part.length}</Size></Part>`,
    );
    const next = `<NextPartNumberMarker>${page.at(-1)?.[0] ?? 0}</NextPartNumberMarker>`;
    return xml("ListPartsResult", `${next}<IsTruncated>${page.length < after.length}</IsTruncated>${listed.join("")}`);
  }

  #complete(id: string, { key, parts }: { key: string; parts: Map<number, Buffer> }, body: string): Answer {
    const named = [...body.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g)];
    const numbers = named.map((match) => Number(match[1]));
    if (named.length === 0 || numbers.some((number, index) => index > 0 && number <= numbers[index - 1]!))
      return failure(400, "InvalidPartOrder");
    if (named.some(([, number, etag]) => !sameEtag(parts.get(Number(number)), etag!)))
      return failure(400, "InvalidPart");
    if (this.objects.has(key)) return failure(412, "PreconditionFailed");
    this.objects.set(key, Buffer.concat(numbers.map((number) => parts.get(number)!)));
    this.multiparts.delete(id);
    return xml("CompleteMultipartUploadResult", `<Key>${key}</Key>`);
  }
}

function sameEtag(part: Buffer | undefined, etag: string) {
  return part !== undefined && etagOf(part) === etag.replaceAll(/&(?:quot|#34);/g, '"');
}

function etagOf(body: Buffer) {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function xml(name: string, inner: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${name}>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

export function failure(status: number, code: string, message = `${code} happened`): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}
