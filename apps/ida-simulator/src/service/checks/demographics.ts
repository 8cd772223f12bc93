import { matchDemographics } from '../../matching/match.js';
import { found, type FactorCheck } from '../call.js';

/** `DemoAuthServiceImpl.authenticate`. */
export const demographics: FactorCheck = {
  name: 'demographics',
  step: 28,
  run: (call, { settings, profile }) => {
    const { factors, demographics: given } = found(call.request?.block, 'the request block');
    if (!factors.includes('demo')) return { kind: 'match' };
    const { person } = found(call.individual, 'the individual');
    return matchDemographics(given, person.identity, {
      rules: settings.normalization,
      languages: settings.languages,
      today: call.now,
      demographics: profile.demographics,
    });
  },
};
