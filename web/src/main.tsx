import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/visit.css";
import "./styles/transcript.css";
import "./styles/note.css";
import "./styles/codes.css";
import "./styles/signing.css";
import "./styles/sheet.css";
import { listen } from "./keys";
import { begin } from "./state";
import { App } from "./views/app";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  listen();
  void begin();
}
