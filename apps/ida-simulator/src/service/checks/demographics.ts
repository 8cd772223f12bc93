import { isDemographicAuth } from '../../matching/demographics.js';
import { matchDemographics } from '../../matching/match.js';
import { found, type FactorCheck } from '../call.js';

/** `DemoAuthServiceImpl.authenticate`. */
export const demographics: FactorCheck = {
  name: 'demographics',
  step: 28,
  run: (call, { settings }) => {
    const given = found(call.request?.block, 'the request block').demographics;
    if (!isDemographicAuth(given)) return { kind: 'match' };
    const { person } = found(call.individual, 'the individual');
    return matchDemographics(given, person.identity, {
      rules: settings.normalization,
      languages: settings.languages,
      today: call.now,
    });
  },
};
