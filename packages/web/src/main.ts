import "./ui/style.css";
import { begin } from "./api/early.ts";

begin();
// The reader's language and the app come side by side: only one of the languages is fetched.
void import("./text/spoken.ts");
void import("./app.tsx");
