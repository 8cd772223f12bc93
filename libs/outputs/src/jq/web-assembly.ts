/** Of the WebAssembly JavaScript API what is used here: TypeScript brings it only with the types of a browser. */
declare global {
  // oxlint-disable-next-line typescript/no-namespace -- that is how lib.dom declares it, and jq-wasm's types refer to it
  namespace WebAssembly {
    interface Module {
      readonly [Symbol.toStringTag]: 'WebAssembly.Module';
    }
    class Instance {
      constructor(module: Module, imports: Imports);
      readonly exports: Readonly<Record<string, unknown>>;
    }
    class Memory {
      private constructor();
      readonly buffer: ArrayBuffer;
      /** @throws RangeError when there is no more */
      grow(pages: number): number;
    }
    class RuntimeError extends Error {}
    type Imports = Record<string, Record<string, unknown>>;
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

export type WasmModule = WebAssembly.Module;
export type WasmInstance = WebAssembly.Instance;
export type WasmMemory = WebAssembly.Memory;
