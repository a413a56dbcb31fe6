import type { Page } from "playwright-core";
import type { Target } from "../target.ts";

/**
 * Signs in on the page that Cognito's managed login shows, and waits until the browser is back at the product. AWS
 * documents no field of that page. So this takes what every sign-in page must have: a field that is typed into first,
 * and one for the password, on the same view or the next, each sent by Enter. What is hidden stays untouched.
 */
export async function signInOnPage(page: Page, target: Target, email: string, password: string) {
  await page.waitForURL((url) => url.href.startsWith(`${target.signIn}/`));
  const seen = (selector: string) => page.locator(selector).filter({ visible: true }).first();
  const name = seen('input[type="email"], input[type="text"], input[name="username"]');
  const secret = seen('input[type="password"]');
  await name.fill(email);
  if (!(await secret.isVisible())) await name.press("Enter");
  await secret.fill(password);
  await secret.press("Enter");
  await page.waitForURL((url) => url.origin === target.pages && url.pathname !== "/callback");
}
