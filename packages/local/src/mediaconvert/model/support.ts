import { isDeepStrictEqual } from "node:util";
import { unsupported } from "../errors.ts";
import { shapeOf, wireName } from "./model.ts";
import { SUPPORT } from "./support-table.ts";

/** Throws BadRequestException naming the first setting of a valid request that this emulator does not translate. */
export function refuseUntranslated(request: object) {
  visit("CreateJobRequest", request, "");
}

function visit(shapeName: string, value: unknown, path: string) {
  const shape = shapeOf(shapeName);
  if (shape.type === "list") {
    for (const [index, item] of (value as unknown[]).entries()) visit(shape.member, item, `${path}/${index}`);
  } else if (shape.type === "map") {
    for (const [key, item] of Object.entries(value as object)) visit(shape.value, item, `${path}/${key}`);
  } else if (shape.type === "structure") {
    for (const [member, item] of Object.entries(value as object)) {
      if (item !== undefined) check(shapeName, member, shape.members.get(member)!, item, `${path}/${wireName(member)}`);
    }
  }
}

function check(shapeName: string, member: string, type: string, value: unknown, path: string) {
  const rule = SUPPORT[shapeName]?.[member];
  const where = path.replace(/^\/settings(?=\/)/, "");
  if (rule === undefined) throw unsupported(where);
  if (typeof rule === "object") {
    if (rule.only.some((allowed) => isDeepStrictEqual(allowed, value))) return;
    const values = rule.only.map((allowed) => JSON.stringify(allowed)).join(" or ");
    throw unsupported(`${where} ${JSON.stringify(value)} (only ${values})`);
  }
  if (rule === "translated") visit(type, value, path);
}
