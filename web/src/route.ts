/** Where the page is: `#/encounters/<id>` is `{ page: "encounters", id: "<id>" }`; no hash is the visits. */
export interface Route {
  page: string;
  id: string | null;
}

export const START: Route = { page: "visits", id: null };

/** The place that an address names; the start for what is no address of ours. */
export function parse(hash: string): Route {
  const parts = /^#\/([a-z-]+)(?:\/([^/]+))?$/.exec(hash);
  if (!parts?.[1]) return START;
  return { page: parts[1], id: parts[2] === undefined ? null : decodeURIComponent(parts[2]) };
}

/** The address of a place, for links: every view is one that can be bookmarked and opened in a tab. */
export function hrefOf(page: string, id: string | null = null): string {
  if (page === START.page) return "#/";
  return id === null ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
}
