import { DirectoryKekProvider } from './directory-kek-provider.js';
import { KekError, type KekProvider } from './kek-provider.js';
import { type MissingKekFile, StaticKekProvider } from './static-kek-provider.js';

/** The options of this name, see docs/reference/configuration.md. */
export interface KekSettings {
  readonly kekProvider: 'static' | 'directory';
  readonly kekFile: string | undefined;
  readonly kekDirectory: string | undefined;
}

/** @throws KekError when the keys cannot be had; the text names the option. */
export async function openKekProvider(settings: KekSettings, missing: MissingKekFile): Promise<KekProvider> {
  if (settings.kekProvider === 'directory') {
    if (settings.kekDirectory === undefined) {
      throw new KekError(
        'MTS_KEK_DIRECTORY is missing: with MTS_KEK_PROVIDER=directory it must be the path of the directory of the day keys',
      );
    }
    return DirectoryKekProvider.open(settings.kekDirectory);
  }
  if (settings.kekFile === undefined) {
    throw new KekError(
      'MTS_KEK_FILE is missing: it must be the path of the file with the key-encryption key, outside the data directory of the database',
    );
  }
  return StaticKekProvider.load(settings.kekFile, missing);
}
