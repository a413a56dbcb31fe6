/** What is wrong with a definition; `code`, `message` and `location` (`/States/Wait/Timestamp`) in AWS's way. */
export interface Problem {
  code: "SCHEMA_VALIDATION_FAILED" | "MISSING_TRANSITION_TARGET" | "NOT_SUPPORTED_LOCALLY";
  message: string;
  location: string;
}

/** Collects problems; `inside` gives the same collector for a place further down. */
export class Problems {
  readonly found: Problem[];
  readonly location: string;

  constructor(found: Problem[] = [], location = "") {
    this.found = found;
    this.location = location;
  }

  inside(...keys: (string | number)[]): Problems {
    return new Problems(
      this.found,
      keys.reduce<string>((path, key) => `${path}/${key}`, this.location),
    );
  }

  add(message: string, code: Problem["code"] = "SCHEMA_VALIDATION_FAILED") {
    this.found.push({ code, message, location: this.location || "/" });
  }

  unsupported(message: string) {
    this.add(`${message} (not supported by the local cloud)`, "NOT_SUPPORTED_LOCALLY");
  }
}
