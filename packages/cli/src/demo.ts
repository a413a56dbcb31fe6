/** The event that a new local cloud is seeded with; `--event demo` names it. */
export const DEMO_EVENT_ID = "01900000-0000-7000-8000-000000000001";

/** Password of every seeded user. It protects nothing: the local cloud listens on this machine only. */
export const SEEDED_PASSWORD = "Dropclip-2026";

/** The users that a local cloud is seeded with; `--user fan` names fan@example.com. */
export const SEEDED_USERS = [
  { name: "fan", email: "fan@example.com", group: "fan" },
  { name: "other-fan", email: "other-fan@example.com", group: "fan" },
  { name: "creative", email: "creative@example.com", group: "creative" },
  { name: "other-creative", email: "other-creative@example.com", group: "creative" },
] as const;
export type SeededName = (typeof SEEDED_USERS)[number]["name"];
export type Group = (typeof SEEDED_USERS)[number]["group"];

/** The seeded user of that name or address. */
export function seededUser(name: string): (typeof SEEDED_USERS)[number] | undefined {
  return SEEDED_USERS.find((user) => user.name === name || user.email === name.toLowerCase());
}
