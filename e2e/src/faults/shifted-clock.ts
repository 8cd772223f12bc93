/**
 * Loaded by `node --import` before an app: its clock is off by the milliseconds of this variable. Timers and
 * `performance.now` go on as they were, as they do on a machine whose clock is set wrong.
 */
const OFFSET_VARIABLE = 'E2E_CLOCK_OFFSET_MS';
const offsetMs = Number(process.env[OFFSET_VARIABLE]);
if (!Number.isFinite(offsetMs)) throw new TypeError(`${OFFSET_VARIABLE} is not a number`);

const RealDate = Date;
const now = (): number => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
});
