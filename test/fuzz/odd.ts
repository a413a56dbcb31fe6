import fc from "fast-check";

const UUID = "0190a0a0-0000-7000-8000-000000000000";

/** Text that has broken programs before; none of it is what anybody asks for. */
export const oddText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "line\r\nbreak: x",
    "\ttab",
    "\u202eright to left",
    "e\u0301\u0327combined",
    "👩‍👩‍👧‍👦".repeat(30),
    "\ud800",
    "\udfff lone",
    "\ufeffmarked",
    "İstanbul ß ﬀ",
    "'; DROP TABLE events;--",
    '"><script>alert(1)</script>',
    "{{7*7}}<%= 7*7 %>",
    "../../../etc/passwd",
    "%2e%2e%2f",
    "%00",
    "%",
    "%zz",
    "__proto__",
    "constructor",
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    "true",
    "-0",
    "1e309",
    "9007199254740993",
    "0x10",
    "١٢٣",
    UUID,
    UUID.toUpperCase(),
    `${UUID} `,
    `${UUID}\n`,
    `{${UUID}}`,
    "video",
    "image0",
    "image01",
    "image21",
    "clip.mp4.exe",
    ".mp4",
    "photo.PNG",
    "a/b\\c.mp4",
    "photo.png\u0000.exe",
    "0000-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999-23:59",
    "2026-02-30T10:00:00Z",
    "2026-06-30T23:59:60Z",
    "2026-06-30T10:00:00.123456789Z",
    "2026-06-30 10:00:00Z",
    "2026-06-30T10:00:00",
    "2026-06-30T10:00:00+05",
    "+020000-01-01T00:00:00Z",
    "2026-06-30",
    "*",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  // At the limits of titles, file names, descriptions and what a database keeps.
  fc.constantFrom(199, 200, 201, 255, 256, 1024, 1025, 2000, 2001, 5000).map((length) => "x".repeat(length)),
);

export const oddNumber = fc.oneof(
  fc.constantFrom(
    ...[0, -0, -1, 1, 0.5, 1.0000001, 20, 21, 25, 26, 100, 101, 10_000, 10_001],
    ...[2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 5 * 2 ** 30, 5 * 2 ** 30 + 1, 25 * 2 ** 20 + 1, 86_400_001],
    ...[1e21, 1e300, -1e300, 5e-324, Number.MAX_VALUE],
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON value at all. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: oddNumber },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { $ref: "#" }) },
  { weight: 1, arbitrary: fc.array(oddText, { maxLength: 30 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

/** Names of members that are known somewhere in the product, but that no client may set. */
const INNER = ["eventId", "creativeId", "fanId", "userId", "uploadId", "groups", "status", "revision", "deletedAt"];
export const oddName = fc.oneof(
  fc.constantFrom(...INNER, "idempotencyKey", "state", "__edb_e__", "pk", "sk", "__proto__", "constructor", "toString"),
  oddText,
);

/** Bodies that are no JSON object, or a strange one: `Infinity`, a bomb of brackets, half a document. */
export const oddBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      ...["", " ", "null", "true", "7", '"text"', "[]", "[{}]", "{", '{"title":', "{'title':1}", '{"title":1,}'],
      ...["// no\n{}", "NaN", '{"title":1e999}', '{"title":"\\ud800"}', '{"title":"a","title":"b"}', "\ufeff{}"],
      ...['{"__proto__":{"title":"x"}}', '{"constructor":{"prototype":{"title":"x"}}}', "title=x&venue=y"],
      "[".repeat(100_000),
      `${'{"title":'.repeat(5000)}1${"}".repeat(5000)}`,
      `{"title":"${"x".repeat(256 * 1024)}"}`,
      `{"title":"${"x".repeat(256 * 1024 - 12)}"}`,
    )
    .map((text) => Buffer.from(text)),
  fc.constant(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
);

export const oddType = fc.constantFrom(
  ...["", "application/json;charset=utf-16", "APPLICATION/JSON", "application/json ; charset=utf-8", "text/plain"],
  ...[
    "application/jsonp",
    "application/json, text/plain",
    "application/problem+json",
    "application/x-www-form-urlencoded",
  ],
  ...[
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/octet-stream",
    "*/*",
    "json",
    ";",
    "\u00e9",
  ],
);

/** What a header can carry: Latin-1 without control characters. */
const headerText = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 40,
  }),
  fc.constantFrom(
    "",
    "*",
    '""',
    'W/"x"',
    '"x", "y"',
    ",",
    "null",
    "a,a",
    "x".repeat(128),
    "x".repeat(129),
    "x".repeat(7000),
  ),
);

/** A header, meant for us, for what stands before us, or for nobody. */
export const oddHeader: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(fc.constantFrom("idempotency-key", "if-match", "if-none-match"), headerText),
  fc.tuple(fc.constant("idempotency-key"), fc.constantFrom("one", "two", "three")),
  fc.tuple(fc.constantFrom("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "origin", "cookie"), headerText),
  fc.tuple(
    fc.constantFrom("accept", "accept-encoding", "range", "if-modified-since", "user-agent", "x-any"),
    headerText,
  ),
  fc.constantFrom<[string, string]>(
    ["host", "elsewhere.example"],
    ["host", ""],
    ["x-http-method-override", "DELETE"],
    ["content-encoding", "gzip"],
    ["content-encoding", "identity"],
    ["expect", "100-continue"],
    ["te", "trailers"],
    ["x-amzn-trace-id", "Root=nonsense"],
    ["x-original-url", "/me"],
    ["if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ),
);

/** What stands where a token should. */
export const oddToken = fc.constantFrom(
  ...["", "Bearer", "Bearer ", "Basic Zm9vOmJhcg==", "Bearer x", "Bearer a.b.c", "Bearer ..", "bearer null"],
  // {"alg":"none"}.{"sub":"…","token_use":"access"}.
  "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMTkwYTBhMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiLCJ0b2tlbl91c2UiOiJhY2Nlc3MifQ.",
);

/** A path variable's value as it stands in the URL, encoded or deliberately not. */
export const oddSegment = fc.oneof(
  oddText.map(encoded),
  oddText.map((text) => encoded(encoded(text))),
  fc.constantFrom(
    ...[
      "..",
      ".",
      "%2e%2e",
      "%2E",
      "..%2f..",
      "%2f",
      "%5c",
      "%23",
      "%3f",
      "%00",
      "%0a",
      "%09",
      "%ff",
      "%c0%af",
      "%",
      "%2",
    ],
    ...["%zz", "%25", "%2500", "%uD800", "a;b=c", "a,b", "*", "@", "$default", "a+b", "~", `${UUID}%0a`, `%20${UUID}`],
    `${UUID}%23`,
    `${UUID}/`,
    "x".repeat(3000),
  ),
);

/** What stands behind a name in the URL and makes another one of it, though some parser or other may cut it off. */
export const oddEnd = fc.constantFrom(
  ...["%0a", "%09", "%0d", "%20", "%00", "%23", "%23x", "%5c", "%2520", "%c2%a0", ".", ";x", "%2f.."],
);

/** A query string's pair as it stands in the URL. */
export const oddPair = (names: string[]) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...names, "limit", "cursor"), oddText.map(encoded))
      .map(([name, value]) => `${name}=${value}`),
    fc.tuple(fc.constantFrom(...names, "limit", "cursor"), oddNumber).map(([name, value]) => `${name}=${value}`),
    fc.tuple(oddName.map(encoded), oddText.map(encoded)).map(([name, value]) => `${name}=${value}`),
    fc.constantFrom(
      ...[
        "limit",
        "limit=",
        "limit[]=1",
        "limit[$gt]=1",
        "limit=1&limit=2",
        "limit=1;limit=2",
        "limit=%31",
        "limit=+5",
      ],
      ...["cursor=", "cursor=%00", "cursor=%ff", "cursor=%", "cursor=AAAA", `cursor=${"A".repeat(4097)}`, "%zz=%zz"],
      ...["=", "&", "&&&", "?", "#", "=x", "a=b=c", "__proto__=x", "__proto__[limit]=1", "x".repeat(4000)],
    ),
  );

/** A lone surrogate cannot be encoded: it goes as the bytes it would have in UTF-8. */
function encoded(text: string): string {
  return encodeURIComponent(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
  );
}

export const oddMethod = fc.constantFrom(
  ...["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "M-SEARCH", "QUERY", "LINK"],
);
