import { Injectable, Inject } from '@nestjs/common';
import { ApiError, type Caller, isFinished } from '@mts/domain';
import { type Request, RequestStore } from '@mts/store';

/** PostgreSQL takes nothing else for an identifier, and fails. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Finds requests for a caller: another caller's is answered exactly like one that does not exist. */
@Injectable()
export class OwnRequests {
  constructor(@Inject(RequestStore) private readonly requests: RequestStore) {}

  /** One of the caller's own. @throws ApiError ATS-REQ-016, also for a request whose results are erased */
  async find(id: string, caller: Caller): Promise<Request> {
    const request = await this.known(id);
    if (request === null || request.owner !== caller.owner) throw new ApiError('ATS-REQ-016');
    return request;
  }

  /** The same of a request that has ended. @throws ApiError ATS-REQ-016, ATS-REQ-017 */
  async findFinished(id: string, caller: Caller): Promise<Request> {
    const request = await this.find(id, caller);
    if (!isFinished(request.state)) throw new ApiError('ATS-REQ-017');
    return request;
  }

  /** One that the caller may see and steer without its personal data: its own, or any for `operate`. @throws ApiError ATS-REQ-016 */
  async findToOperate(id: string, caller: Caller): Promise<Request> {
    if (!caller.roles.has('operate')) return this.find(id, caller);
    const request = await this.known(id);
    if (request === null) throw new ApiError('ATS-REQ-016');
    return request;
  }

  private async known(id: string): Promise<Request | null> {
    const request = UUID.test(id) ? await this.requests.find(id) : null;
    return request?.state === 'archived' ? null : request;
  }
}
