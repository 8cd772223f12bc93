import { DirectoryKekProvider } from './directory-kek-provider.js';
import { MountedKeks } from './mounted-keks.js';
import { type FormerKeks, KekError, type KekProvider } from './kek-provider.js';
import type { MissingKek } from './missing-kek.js';
import { formerFiles, StaticKekProvider } from './static-kek-provider.js';

/** The options of this name, see docs/reference/configuration.md. */
export interface KekSettings {
  readonly kekProvider: 'static' | 'directory';
  readonly kekFile: string | undefined;
  readonly kekFilesFormer: readonly string[];
  readonly kekDirectory: string | undefined;
}

/**
 * The keys of the provider that serves, and those that served before it: the files of MTS_KEK_FILES_FORMER, and what is
 * there of the other provider's keys, so that the one can follow the other.
 *
 * @throws KekError when the keys cannot be had; the text names the option.
 */
export async function openKekProvider(settings: KekSettings, missing: MissingKek): Promise<MountedKeks> {
  const former = [
    await formerFiles(settings.kekFilesFormer, 'must be there'),
    ...(await keysOfTheOther(settings)),
  ];
  if (settings.kekProvider === 'directory')
    return new MountedKeks(await openDays(settings, missing), undefined, former);
  const serving = await openStatic(settings, missing);
  return new MountedKeks(serving, serving.mounted, former);
}

async function openDays({ kekDirectory }: KekSettings, missing: MissingKek): Promise<KekProvider> {
  if (kekDirectory === undefined) {
    throw new KekError(
      'MTS_KEK_DIRECTORY is missing: with MTS_KEK_PROVIDER=directory it must be the path of the directory of the day keys',
    );
  }
  return DirectoryKekProvider.open(kekDirectory, missing);
}

async function openStatic({ kekFile }: KekSettings, missing: MissingKek): Promise<StaticKekProvider> {
  if (kekFile === undefined) {
    throw new KekError(
      'MTS_KEK_FILE is missing: it must be the path of the file with the key-encryption key, outside the data directory of the database',
    );
  }
  return StaticKekProvider.load(kekFile, missing);
}

async function keysOfTheOther({
  kekProvider,
  kekFile,
  kekDirectory,
}: KekSettings): Promise<readonly FormerKeks[]> {
  if (kekProvider === 'static')
    return kekDirectory === undefined ? [] : [DirectoryKekProvider.former(kekDirectory)];
  return kekFile === undefined ? [] : [await formerFiles([kekFile], 'may be absent')];
}
