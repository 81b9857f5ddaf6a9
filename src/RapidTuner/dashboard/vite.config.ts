import { defineConfig } from "vite";

// Nothing is inlined: the service's content policy allows files of its own only.
export default defineConfig({
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
});
