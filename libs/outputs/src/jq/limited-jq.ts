import { type Jq, loadJq } from 'jq-wasm';

import type { JqAnswer, JqJob } from './jq-job.js';
import type { WasmInstance, WasmMemory, WasmModule } from './web-assembly.js';

/** Far above what a row takes (a program with its data needs some megabytes), far below what would hurt others. */
const MEMORY_SIZE_BYTES_MAX = 128 * 1024 * 1024;
/** WebAssembly Core Specification 2.0, §4.2.8. */
const PAGE_SIZE_BYTES = 65_536;
/** A batch makes some hundred kilobytes of text; a single row may be as large as this. */
const OUTPUT_LENGTH_MAX = 4_000_000;

/** jq in WebAssembly: no files but its own in memory, no network, no environment but a made-up one. */
export class LimitedJq {
  private constructor(
    private readonly jq: Jq,
    private readonly memory: WasmMemory,
  ) {}

  static async load(module: WasmModule): Promise<LimitedJq> {
    let memory: WasmMemory | undefined;
    const jq = await loadJq({
      instantiateWasm: (imports, onSuccess) => {
        const instance = new WebAssembly.Instance(module, imports);
        memory = limitMemory(instance);
        onSuccess(instance, module);
      },
    });
    if (memory === undefined) throw new Error('jq was loaded without a memory of its own');
    return new LimitedJq(jq, memory);
  }

  run({ program, input }: JqJob): JqAnswer {
    const startedAt = performance.now();
    try {
      const { stdout, stderr, exitCode } = this.jq.raw(input, program, ['-c']);
      if (stdout.length > OUTPUT_LENGTH_MAX) return { kind: 'out of memory' };
      const elapsedMs = performance.now() - startedAt;
      return {
        kind: 'done',
        stdout,
        stderr,
        exitCode,
        elapsedMs,
        memorySizeBytes: this.memory.buffer.byteLength,
      };
    } catch (error) {
      // Emscripten aborts when memory or stack is used up. The instance is spoilt then, and its thread must end.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
        return { kind: 'out of memory' };
      throw error;
    }
  }
}

/** Emscripten asks the memory itself for more, and takes a RangeError for "there is no more". */
function limitMemory(instance: WasmInstance): WasmMemory {
  const memory = Object.values(instance.exports).find((one) => one instanceof WebAssembly.Memory);
  if (memory === undefined) throw new Error('jq does not export its memory');
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_SIZE_BYTES > MEMORY_SIZE_BYTES_MAX) throw new RangeError();
    return grow(pages);
  };
  return memory;
}
