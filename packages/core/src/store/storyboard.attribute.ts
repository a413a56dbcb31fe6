/** What was found of a published video's frames. A function, since ElectroDB changes what it is given. */
export const storyboard = () =>
  ({
    type: "map",
    properties: {
      count: { type: "number", required: true },
      intervalMs: { type: "number", required: true },
      width: { type: "number" },
      height: { type: "number" },
    },
  }) as const;
