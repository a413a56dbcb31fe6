import type { components, operations } from "./.generated/schema.ts";

type Schemas = components["schemas"];
export type Event = Schemas["Event"];
export type Media = Schemas["Media"];
export type Upload = Schemas["Upload"];
export type UploadMedia = Schemas["UploadMedia"];
type Answer<O extends keyof operations> = operations[O]["responses"] extends {
  200: { content: { "application/json": infer T } };
}
  ? T
  : never;
export type Collection = Answer<"getCollection">;
export type Me = Answer<"getMe">;
export type MediaPage = Answer<"listEventMedia">;
