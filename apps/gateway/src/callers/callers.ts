import { ApiError, type Caller, ROLES } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { ApiKeyStore } from '@mts/store';
import type { FastifyRequest } from 'fastify';

import { ApiKeyCallers } from './api-key-callers.js';
import { type CallerSettings, proofWanted } from './caller-settings.js';
import { clientAddress } from './client-address.js';
import { type Credential, readCredential } from './credential.js';
import { isOfForeignPage } from './foreign-page.js';
import { forwardedFor, NetworkCallers } from './network-callers.js';
import { ProviderKeys } from './oidc/provider-keys.js';
import { TokenCallers } from './oidc/token-callers.js';
import { RefusalLog } from './refusal-log.js';
import { RefusalThrottle } from './refusal-throttle.js';

/** Whoever reaches a gateway that only listens on loopback. */
const LOCAL: Caller = { owner: 'default', name: 'local', roles: new Set(ROLES) };

const FOREIGN_PAGE = {
  problem:
    'a web page or a name that is not of this machine calls, and here everybody is let in: call 127.0.0.1, or have callers prove who they are (MTS_CALLERS)',
};

const NETWORK_WARNING =
  'trusted-network is on: whoever can send from one of these networks can hand lists in and read the results of those handed in from there, without any proof. Have clients that can do it use API keys or access tokens.';

/** How callers prove who they are, as everybody may know it: no network and no name. */
export interface CallerReport {
  readonly modes: CallerSettings['modes'];
  readonly warning: string | null;
}

export interface CallersOptions {
  readonly settings: CallerSettings;
  readonly apiKeys: ApiKeyStore;
  readonly refusalsPerMinuteMax: number;
  readonly logger: Logger;
}

/** Tells who calls. */
export class Callers {
  private readonly apiKeys: ApiKeyCallers | undefined;
  private readonly tokens: TokenCallers | undefined;
  private readonly providerKeys: ProviderKeys | undefined;
  private readonly networks: NetworkCallers;
  private readonly throttle: RefusalThrottle;
  private readonly refusals: RefusalLog;
  private readonly settings: CallerSettings;

  constructor({ settings, apiKeys, refusalsPerMinuteMax, logger }: CallersOptions) {
    this.settings = settings;
    this.apiKeys = settings.takesApiKeys ? new ApiKeyCallers(apiKeys) : undefined;
    this.networks = new NetworkCallers(settings);
    this.throttle = new RefusalThrottle(refusalsPerMinuteMax);
    this.refusals = new RefusalLog(logger);
    if (settings.oidc !== undefined) {
      const onFault = (error: Error): void =>
        logger.warn('the OpenID provider cannot be asked for its keys', { error });
      this.providerKeys = new ProviderKeys({ issuer: settings.oidc.issuer, onFault });
      this.tokens = new TokenCallers(settings.oidc, this.providerKeys);
    }
  }

  /** Fetches ahead what the first call would wait for; what is wrong with it is logged, and tried again then. */
  async warmUp(): Promise<void> {
    await this.providerKeys?.ask();
  }

  report(): CallerReport {
    const { modes, networks } = this.settings;
    return { modes, warning: networks.length > 0 ? NETWORK_WARNING : null };
  }

  /**
   * A credential that was sent counts alone: one that is wrong is refused whatever network it comes from.
   *
   * @throws ApiError MTS-AUTH-001 for a caller that is not known, MTS-AUTH-003 when that cannot be told,
   *   MTS-LIMIT-001 for an address that keeps trying
   */
  async identify(request: FastifyRequest): Promise<Caller> {
    if (this.settings.isOpen) {
      if (isOfForeignPage(request.headers, this.settings.pageOrigins))
        throw new ApiError('MTS-AUTH-001', FOREIGN_PAGE);
      return LOCAL;
    }
    const caller = (await this.proven(request)) ?? this.networks.identify(request);
    if (caller === undefined) throw new ApiError('MTS-AUTH-001', { problem: proofWanted(this.settings) });
    return caller;
  }

  /** Undefined for a call without a credential. */
  private async proven(request: FastifyRequest): Promise<Caller | undefined> {
    const address = this.addressOf(request);
    try {
      const credential = readCredential(request.headers);
      if (credential === undefined) return undefined;
      return await this.throttle.watch(address, credential.text, async () => this.check(credential));
    } catch (error) {
      this.refusals.note(address, error);
      throw error;
    }
  }

  private async check({ kind, text }: Credential): Promise<Caller> {
    const caller = await (kind === 'api-key' ? this.apiKeys : this.tokens)?.identify(text);
    if (caller !== undefined) return caller;
    throw new ApiError('MTS-AUTH-001', {
      problem: `this ${kind === 'api-key' ? 'API key' : 'access token'} is not valid here`,
    });
  }

  /** For counting alone: of whoever comes through a proxy that does not say for whom, it is the proxy's. */
  private addressOf({ socket, headers }: FastifyRequest): string {
    const peer = socket.remoteAddress ?? '';
    return clientAddress(peer, forwardedFor(headers), this.settings.proxies) ?? peer;
  }
}
