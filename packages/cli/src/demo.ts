/** The event a fresh local cloud is seeded with; `--event demo` names it. */
export const DEMO_EVENT_ID = "01900000-0000-7000-8000-000000000001";

/** The creative who owns the seeded event. */
export const DEMO_CREATIVE_ID = "01900000-0000-7000-8000-0000000000c1";
