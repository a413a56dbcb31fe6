import "./ui/style.css";
import "./text/spoken.ts";

// The reader's language and the app come side by side: only one of the languages is fetched.
void import("./app.tsx");
