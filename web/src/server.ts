/** Where the server is: this page's own, or in the extension the one that the user named. */
export const SERVER =
  import.meta.env["VITE_EXTENSION"] === "yes"
    ? (localStorage.getItem("sidenote.server") ?? "")
    : "";
