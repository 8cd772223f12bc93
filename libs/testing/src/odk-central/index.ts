export {
  type FormField,
  generatedSubmissions,
  type OdkForm,
  odkForm,
  recordedOdkForm,
  type Submission,
  submissionList,
  type Submissions,
  systemOf,
} from './forms.js';
export type { Misbehaviour } from './misbehaviour.js';
export {
  FakeOdkCentral,
  type FakeOdkOptions,
  ODK_CA_FILE,
  ODK_NO_ROLE,
  ODK_VIEWER,
  type OdkCall,
  type OdkUser,
} from './odk-central.js';
