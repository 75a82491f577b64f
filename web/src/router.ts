import { signal } from "@preact/signals";
import { hrefOf, parse, type Route } from "./route";

export { START, hrefOf, type Route } from "./route";

/** Where the page is now. */
export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => (route.value = parse(location.hash)));

/** Go to a place; the browser's own Back and Forward work. */
export function navigate(page: string, id: string | null = null): void {
  location.hash = hrefOf(page, id);
}
