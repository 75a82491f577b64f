import { copyFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const out = resolve(here, "dist-extension");
/** The pages of the package, and what runs in each. */
const PAGES = { panel: "panel.tsx", offscreen: "offscreen.ts", microphone: "microphone.ts" };
const pathOf = (page: string) => resolve(here, `extension/${page}.html`);

/** Every page is the one shell with its own module. */
function shells(): Plugin {
  const modules = new Map(Object.entries(PAGES).map(([page, module]) => [pathOf(page), module]));
  return {
    name: "shells",
    enforce: "pre",
    resolveId: (source) => (modules.has(source) ? source : null),
    load(id) {
      const module = modules.get(id);
      if (module === undefined) return null;
      return readFileSync(`${here}/extension/shell.html`, "utf-8").replace("%MODULE%", module);
    },
  };
}

/** The panel steers a recorder that lives in the offscreen document. */
function remoteRecorder(): Plugin {
  const page = resolve(here, "src/recorder.ts");
  const remote = resolve(here, "extension/recorder.ts");
  return {
    name: "remote-recorder",
    enforce: "pre",
    async resolveId(source, importer, options) {
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found?.id === page ? remote : null;
    },
  };
}

/** The manifest and the pages belong to the top of the package. */
function packaged(): Plugin {
  return {
    name: "packaged",
    closeBundle() {
      for (const page of Object.keys(PAGES)) {
        renameSync(`${out}/extension/${page}.html`, `${out}/${page}.html`);
      }
      rmSync(`${out}/extension`, { recursive: true });
      copyFileSync(`${here}/extension/manifest.json`, `${out}/manifest.json`);
    },
  };
}

export default defineConfig({
  define: { "import.meta.env.VITE_EXTENSION": JSON.stringify("yes") },
  publicDir: "extension/icons",
  plugins: [shells(), remoteRecorder(), packaged()],
  build: {
    target: "es2022",
    outDir: "dist-extension",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        ...Object.fromEntries(Object.keys(PAGES).map((page) => [page, pathOf(page)])),
        background: resolve(here, "extension/background.ts"),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === "background" ? "background.js" : "assets/[name]-[hash].js",
      },
    },
  },
});
