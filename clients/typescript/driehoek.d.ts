// Made by `make reference` from api/openapi.json; don't edit.
//
// `operations["schedule_session"]["request"]` is what an operation is sent, `["response"]` what comes back when all is
// well; `["path"]`, `["query"]` and `["header"]` are its parameters. `paths` has the operations by path and method.
// Every refusal is an RFC 9457 `Problem`. Moments and days are strings, as RFC 3339 has them; files and signed notes
// are `Blob`s.

/** The coach's acceptance (R33). */
export interface Acceptance {
  remark?: string;
}

/** The answer: what you disclosed on it, by the disclosures' ids, or nothing, and why. */
export interface AccessAnswer {
  disclosed?: Array<string>;
  answer: string;
}

/** A page of an engagement's access log, newest first. */
export interface AccessLog {
  entries: Array<LoggedRead>;
  next: string | null;
}

/** A request to see what the coach wrote down about you (GDPR art. 15). */
export interface AccessRequest {
  question?: string;
}

/** You acknowledge that the coach brings no answers and promises effort, no result (R20, R21, R54). */
export interface Acknowledgement {
  statement?: string;
}

/** The version to put in force. */
export interface Activation {
  contract_version: number;
}

/** How one engagement stands: of the findings that were asked for. */
export interface Adherence {
  engagement: string;
  counts: Counts;
  violated: Array<Brief>;
  next_deadline: string | null;
}

/** A page of them. It may be short, or empty, and still have a page after it. */
export interface Adherences {
  entries: Array<Adherence>;
  next: string | null;
}

/** Why there are no clear results; the contract is amended or deliberately kept (R36). */
export interface Analysis {
  decision: CheckpointDecision;
  analysis: string;
}

/** The answer to it. */
export interface Answer {
  answer: string;
}

/** A page of them, newest first. */
export interface ApiKeyList {
  entries: Array<ListedApiKey>;
  next: string | null;
}

/** A key that you want: what for, and until when. It ends at a moment, or after a number of days. */
export interface ApiKeyRequest {
  name: string;
  scopes: Array<"views" | "streams" | "oversight" | "log" | "writing">;
  expires_at?: string | null;
  days?: number | null;
}

/** An overseer's appointment. */
export interface Appointment {
  person_id: string;
  role: "coaching_supervisor" | "auditor";
}

/** First session, step 1 (R23). */
export interface Approach {
  approach: string;
  methods: string;
  reference_material: string;
  ethics: string;
}

/** Your assessment after four coaching sessions, on your own indicators (R29, R35). */
export interface Assessment {
  clear_results: boolean;
  assessment: string;
}

/** Who takes a commitment over in your place: never the coach (R19); ``line_manager`` takes it back. */
export interface Assignee {
  to: "sponsor_organisation" | "line_manager" | "coach" | "coachee";
  reason: string;
}

/** What came of the last attempt; ``status`` is the receiver's, if it answered. */
export interface Attempt {
  at: string;
  outcome: "delivered" | "refused" | "unreachable" | "too_slow" | "address_not_allowed" | "address_gone" | "gone";
  status: number | null;
}

/** A finding. ``phrase`` is the seed's, ``cure`` a stable name of what would turn it. */
export interface Brief {
  rule: string;
  phrase: string;
  severity: string;
  result: string;
  deadline: string | null;
  cure: string | null;
}

/** A page of them. */
export interface Candidacies {
  entries: Array<Candidacy>;
  next: string | null;
}

/** A coachee met you: whether you told of yourself, and whether it is open, declined, or over. ``engagement_id`` is where a candidate's acts go; it opens nothing. */
export interface Candidacy {
  engagement_id: string;
  met_on: string;
  disclosed: boolean;
  ethics_code_acknowledged: boolean;
  outcome: "open" | "declined" | "chosen" | "over";
}

/** Why you decline, if you want to say, and whom you recommend instead (X4). */
export interface CandidacyRefusal {
  reason?: string;
  referral?: string;
}

/** A change, as a CloudEvent. ``subject`` is the engagement; ``sequence`` its number on your list, ten digits. */
export interface ChangeEvent {
  specversion: "1.0";
  id: string;
  source: "/v1/changes";
  type: "driehoek.engagement.changed" | "driehoek.disclosure.given" | "driehoek.candidacy.opened" | "driehoek.reading.ended";
  subject: string;
  time: string;
  datacontenttype: "application/json";
  sequence: string;
  data: Told;
}

/** A page of changes, oldest first, and the number of the last one that there is. */
export interface Changes {
  entries: Array<ChangeEvent>;
  last: number;
}

/** What follows from the checkpoint after four sessions (R35, R36). */
export type CheckpointDecision = "go_on" | "amend" | "keep_unchanged";

/** You ask to end what is fulfilled (R63); all four read it. */
export interface ClosureRequest {
  statement: string;
}

/** A coach, with the findings of all that they coach or coached, counted. */
export interface Coach {
  coach: string;
  engagements: number;
  counts: Counts;
  violated: Violated;
}

/** Your choice; ``meeting`` 0 waives meeting several. */
export interface CoachChoice {
  coach_id: string;
  coach_name: string;
  meeting: number;
  why: string;
}

/** A meeting with a coach (R24); with their id they become a candidate, who can tell you of themself (R13). */
export interface CoachMet {
  met_on: string;
  coach_id?: string | null;
  coach_name: string;
  impression: string;
}

/** Since when the coach has the present supervision place, and the newest day of development; null: there is none. Where the place is, with whom, and what is said there, is the coach's and the supervisor's. */
export interface CoachPractice {
  supervision_place_since: string | null;
  last_developed_on: string | null;
}

/** One of a coach's engagements. */
export interface Coached {
  engagement: string;
  violated: Violated;
}

/** A page of them. */
export interface Coaches {
  entries: Array<Coach>;
  next: string | null;
}

/** What you ask of the coaching yourself, beside what the organisation asks (X1). */
export interface CoachingRequest {
  request: string;
}

/** Where your competence ends (R55). */
export interface CompetenceLimit {
  statement: string;
}

/** What worries you about the coaching (R12, R13, R58). */
export interface Concern {
  kind: ConcernKind;
  statement: string;
}

/** Your answer to a concern; ``raised_by`` says whose the number counts. */
export interface ConcernAnswer {
  raised_by: "sponsor_organisation" | "line_manager" | "coachee";
  answer: string;
}

/** What a concern about the coaching is about (R12, R13, R58, X3). */
export type ConcernKind = "boundary" | "harm" | "pace" | "influence";

/** The clause's choices (R18): who may read what the matrix leaves to the clause, and until when. ``cooling_off_days`` is how long a request for erasure can be taken back, ``exceptions`` on which grounds the coach may disclose something to somebody else (X6). ``aggregate_k`` is how many people a statistic is about at least, in which you count; without it, as many as the process policy says. */
export interface Confidentiality {
  permits: Record<string, Array<"sponsor_organisation" | "line_manager" | "coach" | "coachee">>;
  retention_months?: number;
  follow_up_months?: number;
  cooling_off_days?: number;
  exceptions?: Array<"court_order" | "imminent_danger" | "illegality" | "supervision">;
  aggregate_k?: number | null;
}

/** Your ties to the parties; an empty text says that there are none (R1, R62). */
export interface ConflictDeclaration {
  ties: string;
  in_reporting_line: boolean;
  conflict: boolean;
}

/** What you say about a conflict that ended or that you accept. */
export interface ConflictEnd {
  statement?: string;
}

/** The coach's word on the assessment: whether they see it as the coachee does. */
export interface Countersignature {
  agrees: boolean;
  remark?: string;
}

/** How many findings have which result. */
export interface Counts {
  met: number;
  violated: number;
  not_due: number;
  waived: number;
  not_computable: number;
}

/** What qualifies you (R50). */
export interface Credential {
  kind: CredentialKind;
  name: string;
  issuer?: string;
  awarded_on: string;
  valid_until?: string | null;
}

/** What qualifies a coach (R50). */
export type CredentialKind = "training" | "experience" | "original_supervision" | "accreditation";

/** What a webhook that stands still hasn't been sent, oldest first; ``waiting`` says how many there are. */
export interface DeadLetters {
  entries: Array<ChangeEvent>;
  waiting: number;
}

/** What you begin with one of the others within two years after the end (R65). */
export interface Dealing {
  kind: DealingKind;
  counterpart: "sponsor_organisation" | "line_manager" | "coachee";
  begins_on: string;
  statement: string;
}

/** What a coach begins with a party of an earlier engagement (R65). */
export type DealingKind = "employment" | "consulting" | "coaching" | "training" | "other";

/** A decision of yours (R57). */
export interface Decision {
  decision: string;
  reason?: string;
}

/** A resource that was delivered (R43). */
export interface Delivery {
  remark?: string;
}

/** Whether the coach meets what is demanded of them (R40). */
export interface DemandsReview {
  met: boolean;
  review: string;
}

/** How you go on learning (R52). */
export interface Development {
  kind: DevelopmentKind;
  on: string;
  hours: number;
  description: string;
}

/** How a coach goes on learning (R52). */
export type DevelopmentKind = "training" | "peer_group" | "conference" | "reading" | "other";

/** A disclosure that you may know of; ``to_you`` when you may read it. */
export interface Disclosed {
  id: string;
  to_you: boolean;
  recipient_id: string;
  ground: string;
  item: string;
  made_at: string;
  expires_at: string;
  ended: EndedReading | null;
}

/** What was disclosed to you: one part, as it was recorded. */
export interface DisclosedPart {
  id: string;
  ground: string;
  expires_at: string;
  at: string;
  by: string;
  event: string;
  item: string;
  content: Record<string, unknown>;
}

/** One entry of your own stream, by its number there, that you show to one person until a moment within a year. */
export interface Disclosure {
  entry: number;
  recipient_id: string;
  ground: DisclosureGround;
  expires_at: string;
  reason: string;
}

/** Why one part is shown to somebody whom the clause doesn't name as its reader (X6, X10). */
export type DisclosureGround = "access_request" | "coachee_consent" | "court_order" | "imminent_danger" | "illegality" | "supervision";

/** All of them, oldest first. */
export interface Disclosures {
  entries: Array<Disclosed>;
}

/** The contract version that you mean, by number and hash, as your view shows it. */
export interface DocumentReference {
  contract_version: number;
  document_hash: string;
}

/** A write that is on record; ``receipt`` is null unless it was asked for with ``Prefer``, and is given here. */
export interface Done {
  id: string;
  version: string;
  receipt?: LogReceipt | null;
}

/** A contract version's whole text. ``coaching_request`` is the request within which the coach works, at best effort (R54); ``complaint_route`` where to go with a complaint (X9). */
export interface Draft {
  expectations: Expectations;
  interests: Interests;
  coaching_request: string;
  complaint_route: string;
  objectives: Array<ObjectiveBody>;
  demands_on_coach: Array<string>;
  demands_on_manager: Array<ManagerDemandBody>;
  banana_skins?: Array<string>;
  resources?: Array<ResourceBody>;
  timing: Timing;
  follow_up_agreed?: boolean;
  confidentiality: Confidentiality;
}

/** Something that is due soon. */
export interface Due {
  rule: string;
  phrase: string;
  severity: string;
  result: string;
  deadline: string | null;
  cure: string | null;
  engagement: string;
}

/** A page of it. It may be short, or empty, and still have a page after it. */
export interface Dues {
  entries: Array<Due>;
  next: string | null;
}

/** What an objective works on (R8). */
export type Dynamic = "challenges" | "autonomy" | "identity" | "competence" | "change" | "meaning";

/** What the coaching itself brings you, as you measure it (R29). */
export interface Effect {
  value: string;
  observation?: string;
}

/** How the engagement ends; the evaluation is for coach and coachee only. */
export interface EndOfEngagement {
  ending: Ending;
  statement: string;
  evaluation?: string;
}

/** Who leaves the team: you, or whom you as the coachee see off. */
export interface EndOfMembership {
  person_id: string;
  statement?: string;
}

/** Something that the asker read and can't read any more; times are RFC 3339 in UTC. A problem leaves out what there isn't (yet), such as the receipt of what isn't erased. */
export interface EndedReading {
  items: Array<string>;
  since?: string | null;
  ground?: string | null;
  lifetime?: string | null;
  receipt?: Record<string, string | number> | null;
}

/** How an engagement ended (R63, X7; R21: not to change is a valid outcome, never a breach). */
export type Ending = "fulfilled" | "chose_not_to_change" | "broken_off";

/** Whether one person is coached or a team (R4). */
export type EngagementKind = "individual" | "team";

/** A request for an engagement (R4, R6), alone or within a programme of yours, at a level (R7). */
export interface EngagementRequest {
  organisation_id: string;
  line_manager_id: string;
  coachee_id: string;
  programme_id?: string | null;
  level?: Level | null;
  names: PartyNames;
  reason: Reason;
  kind?: EngagementKind;
  title: string;
  request: string;
}

/** A page of them. */
export interface Entries {
  entries: Array<ViewsEntry>;
  next: string | null;
}

/** An entry in the coachee's journal. */
export interface EntryInput {
  entry: string;
}

/** One grant that is gone: who held it, as what, and the slot of the key tree that it hung from. */
export interface ErasedGrant {
  role: string;
  principal: string;
  slot: string;
  lifetime: string | null;
}

/** A request for erasure (GDPR art. 17), or its being taken back, with a word to the others if you like. */
export interface ErasureRequest {
  statement?: string;
}

/** The code of ethics that you acknowledge, by its name, its text or where it can be read (R12). */
export interface EthicsCode {
  code: string;
  remark?: string;
}

/** What you expect of this session (R32). */
export interface Expectation {
  expectation: string;
}

/** What each corner of the triangle expects (R17). */
export interface Expectations {
  sponsor_organisation: Array<string>;
  coach: Array<string>;
  coachee: Array<string>;
}

/** What you are going to try (R46), out of which session. */
export interface Experiment {
  session: number;
  experiment: string;
}

/** Feedback on the session; an empty improvement asks for none (R34). */
export interface Feedback {
  feedback: string;
  improvement?: string;
}

/** All findings of one engagement, in the rules' order. */
export interface Findings {
  engagement: string;
  at: string;
  coaches: Array<string>;
  findings: Array<Found>;
}

/** A follow-up after the end (R66). */
export interface FollowUp {
  held_on: string;
  notes: string;
}

/** Why you need no follow-up (R66), if you want to say so. */
export interface FollowUpWaiver {
  reason?: string;
}

/** A finding with the events that it rests on; those that supervisors are kept out of aren't among them. */
export interface Found {
  rule: string;
  phrase: string;
  severity: string;
  result: string;
  deadline: string | null;
  cure: string | null;
  events: Array<Occurred>;
}

/** What you did about a commitment (R41). */
export interface Fulfilment {
  remark?: string;
}

/** A document that was given out: of which kind, and the SHA-256 of its file (hexadecimal). */
export interface GivenDocument {
  kind: string;
  sha256: string;
}

/** What somebody may read, and until when. ``lifetime`` is the clause's; null for escrow and for a disclosed part. ``since``, ``erased`` and ``receipt`` are null where that isn't told: of what they don't read, as a coach's notes and others' concerns, the coachee learns what the contract says, not whether there is any. */
export interface Grant {
  role: string;
  principal_id: string;
  items: Array<string>;
  lifetime: string | null;
  since: string | null;
  ends_at: string | null;
  ground: string | null;
  erased: boolean | null;
  receipt: Record<string, string | number> | null;
}

/** All that you may know of. */
export interface Grants {
  entries: Array<Grant>;
}

/** So many people gave one of these answers. */
export interface Group {
  answers: Array<string>;
  people: number;
}

/** How the process is, for whoever runs it. */
export interface Health {
  status: string;
}

/** What the organisation and what the coachee want out of it, each in their own words (R61). */
export interface Interests {
  sponsor_organisation: string;
  coachee: string;
}

/** How somebody in charge leads: from commands by way of coaching to giving meaning (R3). */
export type LeadershipStyle = "commands" | "coaching_manager" | "gives_meaning";

/** Where in the organisation the coachee works; a programme begins at the top (R7). */
export type Level = "top" | "middle" | "first_line" | "other";

/** A key of yours, without its secret. */
export interface ListedApiKey {
  id: string;
  name: string;
  scopes: Array<"views" | "streams" | "oversight" | "log" | "writing">;
  issued_at: string;
  expires_at: string;
  revoked_at: string | null;
}

/** A passkey of yours. */
export interface ListedPasskey {
  id: string;
  name: string;
  registered_at: string;
  used_at: string | null;
  revoked_at: string | null;
}

/** A webhook of yours, and how far it has come. ``standing`` is ``active``; ``parked`` when its receiver failed for days; ``gone`` when that said 410, or its address can't be read any more. ``taken`` is the number of the last change that it took. ``failures`` counts attempts since then, of which the next is due at ``next_attempt_at``. */
export interface ListedWebhook {
  id: string;
  name: string;
  url: string;
  registered_at: string;
  removed_at: string | null;
  secret_changed_at: string | null;
  standing: "active" | "parked" | "gone" | null;
  taken: number | null;
  failures: number;
  failing_since: string | null;
  next_attempt_at: string | null;
  last_attempt: Attempt | null;
}

/** That a write is in the log: to keep, and to be checked without this service. */
export interface LogReceipt {
  leaf_hash: string;
  proof: string;
}

/** A read. ``person_id`` is null for overseers; ``name`` is, too, where your own view doesn't say one. ``document`` is there where a document was given out. Making it is a read of its own, just before. */
export interface LoggedRead {
  at: string;
  role: string;
  purpose: string;
  view: string;
  person_id: string | null;
  name: string | null;
  document: GivenDocument | null;
}

/** What is asked of the line manager (R41); signed, it is their commitment, due by a day if you agree on one. */
export interface ManagerDemandBody {
  demand: string;
  due_on?: string | null;
}

/** Yourself. */
export interface Me {
  id: string;
  version: string;
  registered: boolean;
}

/** When and where you, the coachee and the line manager meet (R27). */
export interface MeetingDate {
  starts_at: string;
  place?: string;
}

/** An engagement of a programme. */
export interface Member {
  engagement_id: string;
  level: Level | null;
}

/** How you see that an objective is met. */
export interface Met {
  statement: string;
}

/** Where a coach's engagements stood at the end of a month (UTC), or stand now. */
export interface Month {
  month: string;
  engagements: number;
  counts: Counts;
  violated: Violated;
}

/** A key that you made; ``id`` is the key's. Its text is shown here and never again. ``api_key`` is null in the answer to a repetition: if you never got the text, revoke the key and make another. */
export interface NewApiKey {
  id: string;
  version: string;
  receipt?: LogReceipt | null;
  api_key: string | null;
}

/** A private note of the coach's. */
export interface Note {
  note: string;
}

/** An objective with its four qualities (R38) and indicators (R39). */
export interface ObjectiveBody {
  statement: string;
  specific: string;
  measurable: string;
  ambitious: string;
  achievable: string;
  indicators: Array<string>;
  dynamic?: Dynamic | null;
}

/** A process fact that a finding rests on. */
export interface Occurred {
  at: string;
  event: string;
  by: string;
  facts: Record<string, unknown>;
}

/** One process fact. */
export interface Occurrence {
  engagement: string;
  at: string;
  event: string;
  by: string;
  facts: Record<string, unknown>;
}

/** A page of them. */
export interface Occurrences {
  entries: Array<Occurrence>;
  next: string | null;
}

/** A coach: their engagements, newest first, and the last twelve months, oldest first. */
export interface OneCoach {
  coach: string;
  at: string;
  engagements: Array<Coached>;
  months: Array<Month>;
}

/** The organisation that you represent. */
export interface Organisation {
  name: string;
}

/** What the coaching has to heed of the organisation; at least one of the three says something (R60). */
export interface OrganisationContext {
  culture?: string;
  context?: string;
  constraints?: string;
}

/** A read of yours. ``engagement`` is its id, its pseudonym where you read as a supervisor, null where it's none. */
export interface OwnRead {
  at: string;
  role: string;
  purpose: string;
  view: string;
  engagement: string | null;
  document: GivenDocument | null;
}

/** A page of what you have read, newest first. */
export interface OwnReads {
  entries: Array<OwnRead>;
  next: string | null;
}

/** Why somebody in charge needs a neutral third party (R2). */
export type Paradox = "self_rescue" | "helpers_too_close" | "least_competent_with_problem_persons";

/** The names under which the three are known in this engagement; the coach's comes with the choice. */
export interface PartyNames {
  sponsor_organisation: string;
  line_manager: string;
  coachee: string;
}

/** A page of them, newest first. */
export interface PasskeyList {
  entries: Array<ListedPasskey>;
  next: string | null;
}

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (WebAuthn Level 3). */
export interface PasskeyOffer {
  public_key: Record<string, unknown>;
}

/** A passkey that your authenticator has made, and your name for it. */
export interface PasskeyRequest {
  name: string;
  credential: string;
}

/** Yourself, as you want to be known to the service. */
export interface Person {
  name: string;
  email: string;
  language?: "nl" | "fr" | "en";
}

/** The supervision place that a coach has now, from facts alone. */
export interface Place {
  place: number;
  since: string;
  supervisor_id: string | null;
}

/** That you left it. */
export interface PlaceEnd {
  left_on: string;
  statement?: string;
}

/** Every version, oldest first. */
export interface Policies {
  newest: number;
  entries: Array<Policy>;
}

/** One version: its parameters by name, whole numbers, in the unit that each name ends in. */
export interface Policy {
  version: number;
  parameters: Record<string, number>;
}

/** A page of a coach's practice, newest first. */
export interface Practice {
  coach_id: string;
  supervision_place: Place | null;
  entries: Array<PracticeEntry>;
  next: string | null;
}

/** Something in a practice: its number among all that its reader was ever given to read, when, what, and its text. ``engagement_ids`` is there for the coach alone, of a supervision. */
export interface PracticeEntry {
  entry: number;
  at: string;
  event: string;
  content: Record<string, unknown>;
  engagement_ids?: Array<string> | null;
}

/** How you work: at least one of these isn't empty (R11, R13, R50). */
export interface Profile {
  methods?: string;
  experience?: string;
  references?: string;
  models?: Array<string>;
  training?: string;
  original_supervision?: string;
}

/** A programme that the organisation begins; nobody is named in it, and nobody is labelled with its reason (R7). */
export interface Programme {
  organisation_id: string;
  reason: ProgrammeReason;
  from_the_top: boolean;
  title: string;
  purpose?: string;
}

/** A programme of yours: its title where it is your organisation's, else the engagement by which you are in it. */
export interface ProgrammeListed {
  id: string;
  view: string;
  title: string | null;
  engagement_id: string | null;
  level: Level | null;
}

/** A page of them. */
export interface ProgrammeListing {
  entries: Array<ProgrammeListed>;
  next: string | null;
}

/** Why an organisation has several people coached (R7); nobody is ever labelled by it. */
export type ProgrammeReason = "change" | "retain_talent" | "professionalise";

/** What the organisation needs to show that these numbers were released: their commitment, and its salt. */
export interface Proof {
  digest: string;
  salt: string;
}

/** Inner or outer, individual or collective (R45-R48). */
export type Quadrant = "inner_individual" | "outer_individual" | "inner_collective" | "outer_collective";

/** What was answered to a question; nothing where it would be about fewer than k people. */
export interface Question {
  question: string;
  groups: Array<Group>;
}

/** A reading of one of your indicators (R29). */
export interface Reading {
  objective: number;
  indicator: number;
  value: string;
  observation?: string;
}

/** First session, steps 2 and 3 (R25, R26); tags, if they help: paradoxes (R2), how you lead (R3). */
export interface Reality {
  reality: string;
  problem: string;
  weight: string;
  rationale: string;
  paradoxes?: Array<Paradox>;
  leadership_style?: LeadershipStyle | null;
}

/** Why an individual engagement is asked for (R6). */
export type Reason = "improve_performance" | "lead_a_project" | "manage_a_crisis" | "take_up_a_role";

/** An erasure that is done; the document to keep is at ``receipts/{erasure_id}``. */
export interface Receipt {
  erasure_id: string;
  ground: string;
  roles: Array<string>;
  requested_at: string;
  erased_at: string;
  epoch: number;
}

/** All that you may have, oldest first. */
export interface Receipts {
  entries: Array<Receipt>;
}

/** To whom you refer the coachee (R56); ``limit`` is the limit's number, 0 where there was none. */
export interface Referral {
  limit?: number;
  recommendation: string;
}

/** Whether you take the advice; that is yours to decide. */
export interface ReferralAnswer {
  accepted: boolean;
  answer?: string;
}

/** How you want to deal with each other: what each may expect, and what to do when either goes too far (R12). */
export interface RelationshipContract {
  text: string;
}

/** What was released when a quarter was closed, about people whom no other release is about. */
export interface Release {
  quarter: string;
  k: number;
  people: number;
  questions: Array<Question>;
  proof: Proof | null;
}

/** Who takes over: the organisation names its line manager, the coachee chooses the coach (R24). */
export interface Replacement {
  role: "line_manager" | "coach";
  person_id: string;
  name: string;
  statement?: string;
}

/** From where on to send again: behind change number ``after``; by default behind the last one that was taken. */
export interface Replay {
  after?: number | null;
}

/** A resource (R43): which party provides it, if one of you does, from where, and until when. */
export interface ResourceBody {
  kind: ResourceKind;
  description: string;
  provider?: "sponsor_organisation" | "line_manager" | "coach" | "coachee" | null;
  source?: string;
  due_on?: string | null;
}

/** The means that a contract provides (R43). */
export type ResourceKind = "time" | "people" | "training" | "books" | "other";

/** The five answers to whether a rule was kept. */
export type Result = "met" | "violated" | "not_due" | "waived" | "not_computable";

/** The opening review's three parts (R30); an empty text says that there was nothing. */
export interface Review {
  retained: string;
  practised: string;
  events: string;
  objectives?: Array<number>;
}

/** A page of them. */
export interface Roster {
  entries: Array<Member>;
  next: string | null;
}

/** The adherence rules (requirements.md, C). A number is never reused. */
export type RuleId = "P1" | "P2" | "P3" | "P4" | "P5" | "P6" | "P7" | "P8" | "P9" | "P10" | "P11" | "P12" | "P13" | "P14" | "P15" | "P16" | "P17" | "P18" | "P19" | "P20" | "P21" | "P22" | "P23" | "P24" | "P25" | "P26" | "P27" | "P28" | "P29" | "P30" | "P31" | "P32" | "P33" | "P34" | "P35" | "P36" | "P37" | "P38" | "P39" | "P40";

/** A webhook's secret (Standard Webhooks), to check signatures with; ``id`` is the webhook's. */
export interface SecretShown {
  id: string;
  version: string;
  receipt?: LogReceipt | null;
  secret: string;
}

/** How the session ended. */
export interface SessionEnd {
  attended: boolean;
  minutes: number;
}

/** The next session's date; ``session`` is its number, one after the other. */
export interface SessionPlan {
  session: number;
  starts_at: string;
  minutes: number;
  place?: string;
}

/** How much it matters. What is ``REFUSED`` (B) can't happen at all: such a command isn't carried out. */
export type Severity = "refused" | "critical" | "high" | "medium" | "advisory";

/** A programme, as the organisation sees it; ``closed_through`` is the last quarter that was closed. */
export interface Shown {
  id: string;
  version: string;
  title: string;
  purpose: string;
  reason: ProgrammeReason;
  from_the_top: boolean;
  closed_through: string | null;
  warnings: Array<string>;
}

/** Your signature. Without one of your own making, your key in custody signs. */
export interface Signature {
  contract_version: number;
  document_hash: string;
  signature?: string | null;
}

/** A receipt: the statement, the service's Ed25519 key and its signature, in hexadecimal. */
export interface SignedReceipt {
  format: "driehoek-receipt/1";
  statement: Statement;
  public_key: string;
  signature: string;
}

/** A programme that is on record; ``warnings`` say what the method would do otherwise (R7). */
export interface Started {
  id: string;
  version: string;
  receipt?: LogReceipt | null;
  warnings: Array<string>;
}

/** What a receipt says; the heads are SHA-256 in hexadecimal. */
export interface Statement {
  deployment: string;
  engagement: string;
  reader: string;
  erasure: string;
  ground: string;
  grants: Array<ErasedGrant>;
  requested_at: string;
  due_at: string;
  erased_at: string;
  epoch: number;
  tombstone_head: string;
  page_head: string | null;
}

/** A page of a programme's releases, newest first; ``method`` and ``least`` say how they are made. */
export interface Statistics {
  programme_id: string;
  view: string;
  method: number;
  least: number;
  closed_through: string | null;
  releases: Array<Release>;
  next: string | null;
}

/** A progress summary. */
export interface Summary {
  summary: string;
}

/** A supervision that took place, about engagements that you coach or coached. */
export interface Supervision {
  held_on: string;
  minutes: number;
  engagement_ids?: Array<string>;
  notes: string;
}

/** Where you are supervised (R51). A supervisor who is registered here reads your practice from now on. */
export interface SupervisionPlace {
  name: string;
  supervisor_id?: string | null;
  since: string;
  arrangement?: string;
}

/** Somebody who is to be a member of the team that you speak for (R4). */
export interface TeamMember {
  person_id: string;
  name: string;
}

/** Deadline, frequency and duration (R44); how many sessions are planned, and where they are held (X5). */
export interface Timing {
  deadline: string;
  frequency_days: number;
  session_minutes: number;
  planned_sessions?: number | null;
  venue?: string;
}

/** What is told of a change. */
export interface Told {
  view: "sponsor_organisation" | "line_manager" | "coach" | "coachee" | null;
  version: string | null;
}

/** What came of it when you tried. */
export interface Trial {
  outcome: string;
}

/** First session, step 4 (R27). */
export interface TripartiteMeeting {
  held_on: string;
  present: Array<"sponsor_organisation" | "line_manager" | "coach" | "coachee">;
}

/** The coach takes the coachee's request on (X1). */
export interface Validation {
  remark?: string;
}

/** One thing that the reader came to know. */
export interface ViewsEntry {
  number: number;
  at: string;
  by: string;
  event: string;
  item: string;
  content: Record<string, unknown>;
}

/** An engagement of yours, or one that you have left; ``status`` is ``gone`` where nothing is left to read. */
export interface ViewsListed {
  id: string;
  view: string;
  version: string;
  status: string;
  title: string | null;
  names: Record<string, string | null>;
}

/** A page of them. */
export interface ViewsListing {
  entries: Array<ViewsListed>;
  next: string | null;
}

/** How many rules are violated, by severity; ``refused`` are those whose violation isn't carried out here. */
export interface Violated {
  refused: number;
  critical: number;
  high: number;
  medium: number;
  advisory: number;
}

/** The organisation's voice (R16). */
export interface Voice {
  statement: string;
}

/** The rule that you set aside in this engagement, and why. */
export interface Waiver {
  rule: RuleId;
  ground: WaiverGround;
  statement: string;
}

/** Why a rule of the process is waived; the words behind it stay with coach and coachee. */
export type WaiverGround = "coachee_wish" | "organisation_wish" | "agreed_by_all" | "circumstances" | "not_applicable";

/** A page of them, newest first. */
export interface WebhookList {
  entries: Array<ListedWebhook>;
  next: string | null;
}

/** A webhook that you want: its name, where it goes, and behind which change it begins; by default behind the last. ``after`` is the number of a change on your list; 0 has all of it sent. */
export interface WebhookRequest {
  name: string;
  url: string;
  after?: number | null;
}

/** The permission that you withdraw (GDPR art. 7(3)): what others read of this item only because you let them. */
export interface Withdrawal {
  item: "objectives" | "session_dates" | "progress_summary" | "indicator_readings" | "sponsor_voice" | "follow_up";
  statement?: string;
}

/** What was worked on, which models were taught and techniques practised (R22), what is to be tried (R46). Names of people outside the triangle go into ``third_parties``, a field of their own (R47). */
export interface Work {
  themes: string;
  models?: Array<string>;
  techniques?: Array<string>;
  experiment?: string;
  third_parties?: Array<string>;
}

/** The work, and the quadrants it is in (R45-R48). */
export interface WorkStart {
  quadrants: Array<Quadrant>;
  focus?: string;
}

/** A refusal (RFC 9457); `type` ends in its stable name, like `/v1/problems/stale-version`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  errors?: { location: (string | number)[]; mistake: string }[];
  ended?: EndedReading[];
  rule?: string;
  phrase?: string;
}

export interface operations {
  /** Accept a conflict, as organisation, line manager or coachee; it is resolved once all three have (R62). A tie in the coachee's reporting line can only end (R1). */
  accept_conflict: {
    tag: "conflicts of interest";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ConflictEnd;
    response: Done;
  };
  /** Accept the expectation, as the coach (R33). */
  accept_expectation: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Acceptance;
    response: Done;
  };
  /** Acknowledge the code of ethics towards all four, as the coach (R12). */
  acknowledge_ethics: {
    tag: "candidates";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: EthicsCode;
    response: Done;
  };
  /** Acknowledge, as organisation or coachee, that the coach won't bring the answers (R20). */
  acknowledge_limits: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Acknowledgement;
    response: Done;
  };
  /** Put a fully signed version and its clause in force (P2); no conflict of interest is in the way (P24). */
  activate_contract: {
    tag: "contract";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Activation;
    response: Done;
  };
  /** All findings of one engagement, as they are now: what `adherence/{pseudonym}` says, to keep. Findings depend on the time: the same record at the same moment gives the same bytes. */
  adherence_document: {
    tag: "oversight";
    path: { pseudonym: string };
    query: { language?: "nl" | "fr" | "en" };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Admit somebody to the team that you, the coachee, speak for (R4): they read what you read from now on. */
  admit_team_member: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: TeamMember;
    response: Done;
  };
  /** Agree, as the coachee, to the newest proposal (R12). */
  agree_relationship_contract: {
    tag: "engagements";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: undefined;
    response: Done;
  };
  /** Agree to the other one's summary; now it goes to whom the clause lets read it (X2). */
  agree_summary: {
    tag: "reporting";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: undefined;
    response: Done;
  };
  /** What a contract version changes of the one in force before it (R36), as far as you may read both. */
  amendment_document: {
    tag: "documents";
    path: { engagement_id: string; number: number };
    query: { language?: "nl" | "fr" | "en" };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Record why there are no clear results, and whether the contract is amended or kept (R36, P22). */
  analyse_no_result: {
    tag: "results";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Analysis;
    response: Done;
  };
  /** Answer, as the coach, with what you disclosed to the coachee; with nothing, it is a refusal and says why. */
  answer_access: {
    tag: "disclosures";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: AccessAnswer;
    response: Done;
  };
  /** Answer a concern, as the coach (R12): whoever raised it reads the answer; the coachee's also after the end. A concern lapses when its raiser or its coach is replaced: who comes can't read it. */
  answer_concern: {
    tag: "ethics";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ConcernAnswer;
    response: Done;
  };
  /** Answer a referral, as the coachee, also after the end: the decision is yours (R57). */
  answer_referral: {
    tag: "ethics";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ReferralAnswer;
    response: Done;
  };
  /** Answer the organisation's voice, as the coach. */
  answer_voice: {
    tag: "reporting";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Answer;
    response: Done;
  };
  /** Appoint a coaching supervisor or an auditor. The operator's act; it gives process facts, never content. */
  appoint: {
    tag: "oversight";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Appointment;
    response: Done;
  };
  /** Assent as an author (P9). With the second assent all four see what the version's own clause shows them. */
  assent_to_contract: {
    tag: "contract";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "if-match": string; "idempotency-key": string; prefer?: string };
    request: DocumentReference;
    response: Done;
  };
  /** Assess the results after four coaching sessions, as the coachee (R29, R35). All four learn that the checkpoint happened; what you found stays between you and the coach. */
  assess_results: {
    tag: "results";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Assessment;
    response: Done;
  };
  /** Take your request for erasure back before the cooling-off is over; the others read on. */
  cancel_erasure: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ErasureRequest;
    response: Done;
  };
  /** Change a webhook's secret. For a day messages carry a signature with the old one, too. */
  change_webhook_secret: {
    tag: "webhooks";
    path: { webhook_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: undefined;
    response: SecretShown;
  };
  /** Choose your coach (R24). What a candidate told you of themself goes to all four with it. */
  choose_coach: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: CoachChoice;
    response: Done;
  };
  /** Close the session. */
  close_session: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: SessionEnd;
    response: Done;
  };
  /** Commit yourself, as the coachee, to try something out of a session (R46). */
  commit_experiment: {
    tag: "experiments";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Experiment;
    response: Done;
  };
  /** A contract version with its signatures (R18), as far as you may read it; what you may not, by its commitment. */
  contract_document: {
    tag: "documents";
    path: { engagement_id: string; number: number };
    query: { language?: "nl" | "fr" | "en" };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Countersign an assessment as the coach, or say that you see it otherwise (R35). */
  countersign_results: {
    tag: "results";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Countersignature;
    response: Done;
  };
  /** Declare your ties, or that you have none, as the coach: before the work, and every twelve months (R62, P24). All four read it. With a conflict no contract is activated and no work starts until it is resolved. */
  declare_conflict: {
    tag: "conflicts of interest";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ConflictDeclaration;
    response: Done;
  };
  /** Declare, as the coach, what you begin with one of the others within 24 months after the end (R65). Organisation and coachee read it. */
  declare_dealing: {
    tag: "ethics";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Dealing;
    response: Done;
  };
  /** Decline, and recommend somebody else if you want to (X4). Only the coachee learns of it. */
  decline_candidacy: {
    tag: "candidates";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: CandidacyRefusal;
    response: Done;
  };
  /** Record that a resource was delivered (R43, P12); all four read it, and who says so. */
  deliver_resource: {
    tag: "commitments";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Delivery;
    response: Done;
  };
  /** Describe your reality, the problem, its weight, and why coaching could help (R25, R26). */
  describe_reality: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Reality;
    response: Done;
  };
  /** Show one entry of your stream to one registered person, for a time; the answer's id is the disclosure's. The coachee shows what they like, by consent. The coach shows it to the coachee on a request for access, and to others on a ground that the signed clause states. What was once read can't be unread. */
  disclose: {
    tag: "disclosures";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "if-match": string; "idempotency-key": string; prefer?: string };
    request: Disclosure;
    response: Done;
  };
  /** Tell all four how you work, as the coach: your models (R11), your qualification (R50). */
  disclose_profile: {
    tag: "candidates";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Profile;
    response: Done;
  };
  /** Write a contract version, or an amendment. Its authors and the coach read it until both authors assent. */
  draft_contract: {
    tag: "contract";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Draft;
    response: Done;
  };
  /** End the engagement: fulfilled, or broken off by any party, with a reason (R63, X7). */
  end_engagement: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: EndOfEngagement;
    response: Done;
  };
  /** Leave the team, or see a member off as the coachee (R4): they read nothing of it any more. */
  end_team_membership: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: EndOfMembership;
    response: Done;
  };
  /** Explain approach, methods, reference material and ethics (R23). */
  explain_approach: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Approach;
    response: Done;
  };
  /** All engagements that somebody coaches or coached, and their own record. All their coachees are told. */
  export_coach_evidence: {
    tag: "audit";
    path: { person_id: string };
    query: { since?: number };
    header: Record<string, never>;
    request: undefined;
    response: Blob;
  };
  /** Everything that you, the coachee, can read of an engagement, in one archive; the same state gives the same bytes. It isn't encrypted: what becomes of it is in your hands. It is made twice: once for its SHA-256, which is put on record, and then as it is sent. An answer that breaks off is no whole archive, and no tool takes it for one. */
  export_engagement: {
    tag: "views";
    path: { engagement_id: string };
    query: { language?: "nl" | "fr" | "en" };
    header: { "passkey-assertion"?: string };
    request: undefined;
    response: Blob;
  };
  /** Everything on record of an engagement. Its coachee is told, in the access log. */
  export_engagement_evidence: {
    tag: "audit";
    path: { engagement_id: string };
    query: { since?: number };
    header: Record<string, never>;
    request: undefined;
    response: Blob;
  };
  /** Everything on record between two moments, and what went before in the same streams. */
  export_period_evidence: {
    tag: "audit";
    path: Record<string, never>;
    query: { from: string; to: string; since?: number };
    header: Record<string, never>;
    request: undefined;
    response: Blob;
  };
  /** All engagements in which somebody is or was a party, and their own record. All their coachees are told. */
  export_person_evidence: {
    tag: "audit";
    path: { person_id: string };
    query: { since?: number };
    header: Record<string, never>;
    request: undefined;
    response: Blob;
  };
  /** Give feedback on the session (R34). It is never shown to the organisation or the line manager. */
  give_feedback: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Feedback;
    response: Done;
  };
  /** Record the meeting with the line manager (R27). */
  hold_tripartite_meeting: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: TripartiteMeeting;
    response: Done;
  };
  /** Make an API key of your own: at most 20 that live, each for at most a year. It is shown as a bearer token, acts as you, and only within its scopes. No key can sign, revoke, make keys or read what you write for yourself alone. */
  issue_api_key: {
    tag: "api keys";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: ApiKeyRequest;
    response: NewApiKey;
  };
  /** Say, as the line manager, that you kept a commitment (R41). The organisation learns that, not your words. */
  keep_commitment: {
    tag: "commitments";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Fulfilment;
    response: Done;
  };
  /** Leave a supervision place; who supervised you there is given nothing any more. */
  leave_place: {
    tag: "practice";
    path: { number: number };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: PlaceEnd;
    response: Done;
  };
  /** How the engagements stand, newest first; with filters, those that have such findings, and these alone. */
  list_adherence: {
    tag: "oversight";
    path: Record<string, never>;
    query: { rule?: RuleId; severity?: Severity; result?: Result; limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Adherences;
  };
  /** The API keys that you ever made, newest first; never a secret, nor its hash. */
  list_api_keys: {
    tag: "api keys";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: ApiKeyList;
  };
  /** The meetings in which a coachee met you as a candidate, newest first (R24). No names and nothing of the engagement: those the coachee told you. The coachee sees that you looked. */
  list_candidacies: {
    tag: "candidates";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Candidacies;
  };
  /** What changed for you in any engagement, oldest first: ids and versions, nothing of what was said. Numbers count what you can see and have no gaps, whatever others do. Go on with `after` set to the last one. */
  list_changes: {
    tag: "changes";
    path: Record<string, never>;
    query: { after?: number; limit?: number };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Changes;
  };
  /** The coaches, whoever was chosen last first, with the findings of all their engagements, counted. */
  list_coaches: {
    tag: "oversight";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Coaches;
  };
  /** What a webhook that is parked, or whose receiver is gone, wasn't sent. Replay it to have them sent. For more than a page, go on with `GET /v1/changes` behind the last of them. */
  list_dead_letters: {
    tag: "webhooks";
    path: { webhook_id: string };
    query: { limit?: number };
    header: { "if-none-match"?: string };
    request: undefined;
    response: DeadLetters;
  };
  /** The disclosures that were made to you; coach and coachee see those to others, too. */
  list_disclosures: {
    tag: "disclosures";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Disclosures;
  };
  /** What isn't due yet and will be soon: engagement by engagement, newest first, and in each by deadline. */
  list_due: {
    tag: "oversight";
    path: Record<string, never>;
    query: { within_days?: number; limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Dues;
  };
  /** The engagements that you are a party to, newest first, each with the name of your view of it. */
  list_engagements: {
    tag: "engagements";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: ViewsListing;
  };
  /** Who may see what, and when it ends: your own grants; as the coachee, everybody's. */
  list_grants: {
    tag: "grants";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Grants;
  };
  /** The passkeys that you ever registered, newest first, and when each was last used. */
  list_passkeys: {
    tag: "passkeys";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: PasskeyList;
  };
  /** The programmes that you began for your organisation, and those that an engagement of yours belongs to (R7). Newest first. A page may have fewer entries than you asked for, and still have a next one. */
  list_programmes: {
    tag: "programmes";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: ProgrammeListing;
  };
  /** The erasures that are done: of your own keys; as the coachee, of everybody's to this engagement. */
  list_receipts: {
    tag: "grants";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Receipts;
  };
  /** The webhooks that you ever registered, newest first, and how far each has come; never a secret. */
  list_webhooks: {
    tag: "webhooks";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: WebhookList;
  };
  /** The process runs. */
  live: {
    tag: "operations";
    path: Record<string, never>;
    query: Record<string, never>;
    header: Record<string, never>;
    request: undefined;
    response: Health;
  };
  /** Record how you go on learning (R52). */
  log_development: {
    tag: "practice";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Development;
    response: Done;
  };
  /** Measure, as the coachee, what the coaching itself brings (R29). It goes where readings of indicators go. */
  measure_effect: {
    tag: "results";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Effect;
    response: Done;
  };
  /** Record a meeting with a coach (R24). Nobody but you will know, and the coach if you give their id. */
  meet_coach: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: CoachMet;
    response: Done;
  };
  /** Say, as the coachee, that an objective of the contract in force is met (R63). */
  meet_objective: {
    tag: "results";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Met;
    response: Done;
  };
  /** What your authenticator needs to make a passkey: give it to `navigator.credentials.create` within five minutes. Not found where the operator has named no address that passkeys could be bound to, and before you are registered. */
  offer_passkey: {
    tag: "passkeys";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: PasskeyOffer;
  };
  /** Tell the coachee how you work, as a candidate (R13). Nobody else reads it, unless you are chosen. */
  offer_profile: {
    tag: "candidates";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Profile;
    response: Done;
  };
  /** Acknowledge the code of ethics, as a candidate (R12, P16). */
  pledge_ethics: {
    tag: "candidates";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: EthicsCode;
    response: Done;
  };
  /** How many days, which ratios: what adherence is judged by, version by version. Shows nothing of anybody. */
  process_policies: {
    tag: "oversight";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Policies;
  };
  /** Propose, as the coach, how you and the coachee deal with each other (R12). A newer proposal replaces this one. */
  propose_relationship_contract: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: RelationshipContract;
    response: Done;
  };
  /** Propose a progress summary; it stays between coach and coachee until the other one agrees. */
  propose_summary: {
    tag: "reporting";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Summary;
    response: Done;
  };
  /** Proof that one event is in the log that the latest checkpoint signs: checked offline, without the rest. */
  prove_event: {
    tag: "audit";
    path: { position: string };
    query: Record<string, never>;
    header: { accept?: string; "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Remind the coach of a boundary, or say that something harms, goes too fast or is abused (R12, R13, R58, X3). You and the coach read it, nobody else. The coachee may do so after the end, too. Your concerns count from 1. */
  raise_concern: {
    tag: "ethics";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Concern;
    response: Done;
  };
  /** Who read what of the engagement, newest first: as the coachee, everybody; otherwise yourself. It stays readable after the end and after every erasure. To look at it is a read, too, and stands there from the next page on. */
  read_access_log: {
    tag: "access log";
    path: { engagement_id: string };
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: AccessLog;
  };
  /** All findings of one engagement: rule, phrase, what it rests on, until when, and what would cure it. */
  read_adherence: {
    tag: "oversight";
    path: { pseudonym: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Findings;
  };
  /** The latest checkpoint (C2SP tlog-checkpoint), with the signatures of witnesses as far as they are there. */
  read_checkpoint: {
    tag: "audit";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** One coach: which engagements, and how the findings went from month to month. */
  read_coach: {
    tag: "oversight";
    path: { pseudonym: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: OneCoach;
  };
  /** Whether your coach has a supervision place and goes on learning, as long as the engagement goes on (R51, R52). */
  read_coach_practice: {
    tag: "practice";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: CoachPractice;
  };
  /** Read the one part that was disclosed to you, until it expires. */
  read_disclosure: {
    tag: "disclosures";
    path: { engagement_id: string; disclosure_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: DisclosedPart;
  };
  /** A bundle of entries: the leaf records at 256 neighbouring positions, or at the first of them. */
  read_entries: {
    tag: "audit";
    path: { place: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Record a reading of one of your own indicators (R29). */
  read_indicator: {
    tag: "reporting";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Reading;
    response: Done;
  };
  /** What you have read anywhere, newest first. To look at it is a read, too, and stands there the next time. */
  read_own_access_log: {
    tag: "access log";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: OwnReads;
  };
  /** Your own practice as a coach, newest first. */
  read_own_practice: {
    tag: "practice";
    path: Record<string, never>;
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Practice;
  };
  /** The practice of a coach whom you supervise, or supervised: what was given to you of it, newest first (R51). */
  read_practice: {
    tag: "practice";
    path: { coach_id: string };
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Practice;
  };
  /** A programme of your organisation's; `warnings` say what the method would do otherwise (R7). */
  read_programme: {
    tag: "programmes";
    path: { programme_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Shown;
  };
  /** A receipt to keep, byte for byte: signed by the service, and checked without it. The signature (Ed25519, by the public key beside it) is over the four-byte length and the bytes of the text `driehoek/receipt/v1`, and then the length and the bytes of the statement as canonical JSON (sorted names, no white space, UTF-8). */
  read_receipt: {
    tag: "grants";
    path: { engagement_id: string; erasure_id: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: SignedReceipt;
  };
  /** The engagements of your organisation's programme, newest first. Nobody else is told who takes part (R10). */
  read_roster: {
    tag: "programmes";
    path: { programme_id: string };
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Roster;
  };
  /** What is released of a programme when a quarter is over: counts of at least k people, newest first. For the organisation, and for line managers and coachees of the programme's engagements. The questions are fixed, and a release stays as it is: nobody can ask about a group of their own choice. A question without groups has answers of too few people to tell them apart. */
  read_statistics: {
    tag: "programmes";
    path: { programme_id: string };
    query: { limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Statistics;
  };
  /** Everything that you came to know of an engagement, in order, numbered for you alone. What you read no more is left out, with an API key your notebook or journal, too; the rest keeps its numbers. */
  read_stream: {
    tag: "views";
    path: { view: "sponsor-organisation" | "line-manager" | "coach" | "coachee"; engagement_id: string };
    query: { limit?: number; cursor?: string; personal?: "true" | "false" };
    header: { "passkey-assertion"?: string; "if-none-match"?: string };
    request: undefined;
    response: Entries;
  };
  /** A tile of the Merkle tree, full or as wide as the latest checkpoint's tree has it, or narrower. */
  read_tile: {
    tag: "audit";
    path: { level: string; place: string };
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** The process facts of all engagements, pseudonymous, for coaching supervisors. */
  read_timeline: {
    tag: "oversight";
    path: Record<string, never>;
    query: { engagement?: string; limit?: number; cursor?: string };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Occurrences;
  };
  /** Your view of an engagement. Its version is what If-Match wants to hear; `ended` is what you read no more. With an API key it is told without your notebook or journal. With `fields` only these members are sent, beside its version and `ended`; all of it was read, and is on record as read. */
  read_view: {
    tag: "views";
    path: { view: "sponsor-organisation" | "line-manager" | "coach" | "coachee"; engagement_id: string };
    query: { fields?: string; personal?: "true" | "false" };
    header: { "passkey-assertion"?: string; "if-none-match"?: string };
    request: undefined;
    response: Record<string, unknown>;
  };
  /** The process can serve: its store answers, and it can tell who asks. */
  ready: {
    tag: "operations";
    path: Record<string, never>;
    query: Record<string, never>;
    header: Record<string, never>;
    request: undefined;
    response: Health;
  };
  /** Hand a commitment of yours on, but never to the coach (R19, P31). */
  reassign_commitment: {
    tag: "commitments";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Assignee;
    response: Done;
  };
  /** A receipt for people (R64). What proves the erasure is the signed JSON beside it, `receipts/{erasure_id}`. */
  receipt_document: {
    tag: "documents";
    path: { engagement_id: string; erasure_id: string };
    query: { language?: "nl" | "fr" | "en" };
    header: { "if-none-match"?: string };
    request: undefined;
    response: Blob;
  };
  /** Recommend the coachee, as the coach, a colleague or another professional (R56). Nobody else learns of it. */
  recommend_referral: {
    tag: "ethics";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Referral;
    response: Done;
  };
  /** Record what qualifies you as a coach, with its dates (R50). */
  record_credential: {
    tag: "practice";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Credential;
    response: Done;
  };
  /** Record a decision of yours. Only the coachee decides; nobody does it for them (R57, P29). */
  record_decision: {
    tag: "experiments";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Decision;
    response: Done;
  };
  /** Record a follow-up, as the coach, within the months that the contract provides for it (R66). */
  record_follow_up: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: FollowUp;
    response: Done;
  };
  /** Tell, as organisation, line manager or coach, what the coaching has to heed of the organisation (R60). */
  record_organisation_context: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: OrganisationContext;
    response: Done;
  };
  /** Record a supervision about engagements of yours (R51, P25, P26). Your supervisor reads the notes and isn't told which engagements they are about: name nobody. What a supervisor should see of an engagement itself, disclose, for a time, on the ground that the contract states. */
  record_supervision: {
    tag: "practice";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Supervision;
    response: Done;
  };
  /** Record what was worked on, taught and practised (R22), and who else was spoken of (R47). */
  record_work: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Work;
    response: Done;
  };
  /** Register the organisation that you represent. */
  register_organisation: {
    tag: "people and organisations";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Organisation;
    response: Done;
  };
  /** Register a passkey that your authenticator made: at most 10 that live. Once you have one, another asks for it. From then on it is asked for when you sign, erase, withdraw or read your notebook or journal. */
  register_passkey: {
    tag: "passkeys";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "idempotency-key": string; prefer?: string };
    request: PasskeyRequest;
    response: Done;
  };
  /** Register yourself. Your keys are made now; your id follows from who vouches for you. */
  register_person: {
    tag: "people and organisations";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Person;
    response: Done;
  };
  /** Register where you are supervised (R51), one place at a time. A supervisor whom you name by their id reads your practice from now on: the first one what is in it already, too, and who comes later what you record from then on. What they read, they keep. */
  register_place: {
    tag: "practice";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: SupervisionPlace;
    response: Done;
  };
  /** Have your changes sent to an address, as they happen: at most 10 webhooks of yours. Each message is one change as a CloudEvent, signed with the webhook's secret. It is repeated until it is taken (any 2xx), under the same `webhook-id`; the next one comes after it. */
  register_webhook: {
    tag: "webhooks";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: WebhookRequest;
    response: SecretShown;
  };
  /** Remove a webhook. What is on its way may still arrive; nothing is sent after that. */
  remove_webhook: {
    tag: "webhooks";
    path: { webhook_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: undefined;
    response: Done;
  };
  /** Let somebody else take over, as line manager (the organisation) or as coach (the coachee). Who was in the role acts no more from now on, and reads only what they keep. Who takes over reads what is said from now on, and signs the next contract version. A candidate who declined doesn't become the coach (X4). */
  replace_party: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Replacement;
    response: Done;
  };
  /** Have a webhook go on behind a number, whatever was sent before: its dead letters, or what its receiver lost. Messages that were sent before have the ids that they had. */
  replay_webhook: {
    tag: "webhooks";
    path: { webhook_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Replay;
    response: Done;
  };
  /** Ask, as the coachee, to see what the coach noted about you (GDPR art. 15); it is answered within a month. */
  request_access: {
    tag: "disclosures";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: AccessRequest;
    response: Done;
  };
  /** Ask, as coach or coachee, to end what is fulfilled; to go on takes the contract's next version (R63). */
  request_closure: {
    tag: "results";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ClosureRequest;
    response: Done;
  };
  /** Ask for an engagement, as the representative of the sponsor organisation (R4, R6), in a programme or not (R7). */
  request_engagement: {
    tag: "engagements";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: EngagementRequest;
    response: Done;
  };
  /** Ask, as the coachee and after the end, for the erasure of what the others still hold for a time (art. 17). From now on they can't read it. It is erased after the contract's cooling-off; until then you can take it back. What the contract says is kept, stays: the agreement's own record serves legal claims (art. 17(3)(e)). */
  request_erasure: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "if-match": string; "idempotency-key": string; prefer?: string };
    request: ErasureRequest;
    response: Done;
  };
  /** Say that the tie has ended, as the coach (R62). */
  resolve_conflict: {
    tag: "conflicts of interest";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: ConflictEnd;
    response: Done;
  };
  /** Review, as coachee or line manager, the demands on the coach (R40). */
  review_demands: {
    tag: "commitments";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: DemandsReview;
    response: Done;
  };
  /** Open the session with your review (R30, R31). */
  review_session: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Review;
    response: Done;
  };
  /** Revoke an API key of yours. From now on it is refused everywhere. */
  revoke_api_key: {
    tag: "api keys";
    path: { api_key_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: undefined;
    response: Done;
  };
  /** Revoke a passkey of yours, by showing any of yours. From now on it is refused everywhere. */
  revoke_passkey: {
    tag: "passkeys";
    path: { passkey_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "idempotency-key": string; prefer?: string };
    request: undefined;
    response: Done;
  };
  /** Set the date of the next session. */
  schedule_session: {
    tag: "sessions";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: SessionPlan;
    response: Done;
  };
  /** Fix, as the coach, when you meet with the line manager (R27); a newer date replaces this one. */
  schedule_tripartite_meeting: {
    tag: "engagements";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: MeetingDate;
    response: Done;
  };
  /** Sign the version's one hash (P2). */
  sign_contract: {
    tag: "contract";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "if-match": string; "idempotency-key": string; prefer?: string };
    request: Signature;
    response: Done;
  };
  /** Tell the coachee, as the coach, where your competence ends (R55). Nobody else learns of it. */
  signal_limit: {
    tag: "ethics";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: CompetenceLimit;
    response: Done;
  };
  /** Begin a programme, as the representative of the sponsor organisation (R7). One that doesn't begin at the top is begun all the same; the answer warns you. */
  start_programme: {
    tag: "programmes";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Programme;
    response: Started;
  };
  /** Start the work, in its quadrants (R45-R48). */
  start_work: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: WorkStart;
    response: Done;
  };
  /** Say, as the coachee, what you ask for yourself (X1). You may say it anew until the coach takes it on. */
  state_coaching_request: {
    tag: "experiments";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: CoachingRequest;
    response: Done;
  };
  /** Say what you expect of this session (R32). */
  state_expectation: {
    tag: "sessions";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Expectation;
    response: Done;
  };
  /** Let the organisation's voice be heard (R16). Coach and coachee read it; there is no back channel. */
  state_voice: {
    tag: "reporting";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Voice;
    response: Done;
  };
  /** Record, as the coachee, what came of an experiment when you tried it; as often as you try (R46). */
  try_experiment: {
    tag: "experiments";
    path: { engagement_id: string; number: number };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Trial;
    response: Done;
  };
  /** Take the coachee's request on, as the coach (X1). */
  validate_coaching_request: {
    tag: "experiments";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Validation;
    response: Done;
  };
  /** Say, as the coachee, that you need no follow-up, before the end or after it (R66, P38). */
  waive_follow_up: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: FollowUpWaiver;
    response: Done;
  };
  /** Set a rule of the process aside in this engagement, as coach or coachee. Rules that the system keeps stay. */
  waive_rule: {
    tag: "ethics";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "if-match": string; "idempotency-key": string; prefer?: string };
    request: Waiver;
    response: Done;
  };
  /** Your own id, which you give to who wants to name you in an engagement. */
  who_am_i: {
    tag: "people and organisations";
    path: Record<string, never>;
    query: Record<string, never>;
    header: { "if-none-match"?: string };
    request: undefined;
    response: Me;
  };
  /** Withdraw, as the coachee, what the clause permits others about one item; also after the end. They read nothing of it any more, neither what was said nor what will be. Nothing else changes. */
  withdraw_permission: {
    tag: "endings";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "passkey-assertion"?: string; "if-match": string; "idempotency-key": string; prefer?: string };
    request: Withdrawal;
    response: Done;
  };
  /** Write in your journal, as the coachee. Nobody else can read it, nor count it. */
  write_entry: {
    tag: "personal";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: EntryInput;
    response: Done;
  };
  /** Write a private note, as the coach. Nobody else can read it, nor count it. */
  write_note: {
    tag: "personal";
    path: { engagement_id: string };
    query: Record<string, never>;
    header: { "idempotency-key": string; prefer?: string };
    request: Note;
    response: Done;
  };
}

export interface paths {
  "/v1/people": { post: operations["register_person"] };
  "/v1/people/me": { get: operations["who_am_i"] };
  "/v1/organisations": { post: operations["register_organisation"] };
  "/v1/oversight/appointments": { post: operations["appoint"] };
  "/v1/api-keys": { post: operations["issue_api_key"]; get: operations["list_api_keys"] };
  "/v1/api-keys/{api_key_id}/revocation": { post: operations["revoke_api_key"] };
  "/v1/passkeys/offer": { get: operations["offer_passkey"] };
  "/v1/passkeys": { post: operations["register_passkey"]; get: operations["list_passkeys"] };
  "/v1/passkeys/{passkey_id}/revocation": { post: operations["revoke_passkey"] };
  "/v1/programmes": { post: operations["start_programme"]; get: operations["list_programmes"] };
  "/v1/programmes/{programme_id}": { get: operations["read_programme"] };
  "/v1/programmes/{programme_id}/engagements": { get: operations["read_roster"] };
  "/v1/programmes/{programme_id}/statistics": { get: operations["read_statistics"] };
  "/v1/engagements": { post: operations["request_engagement"]; get: operations["list_engagements"] };
  "/v1/engagements/{engagement_id}/coaches-met": { post: operations["meet_coach"] };
  "/v1/engagements/{engagement_id}/coach": { put: operations["choose_coach"] };
  "/v1/engagements/{engagement_id}/approach": { post: operations["explain_approach"] };
  "/v1/engagements/{engagement_id}/reality": { post: operations["describe_reality"] };
  "/v1/engagements/{engagement_id}/tripartite-meeting": { post: operations["hold_tripartite_meeting"] };
  "/v1/engagements/{engagement_id}/closure": { post: operations["end_engagement"] };
  "/v1/candidacies": { get: operations["list_candidacies"] };
  "/v1/engagements/{engagement_id}/candidacy/profile": { put: operations["offer_profile"] };
  "/v1/engagements/{engagement_id}/candidacy/ethics-code": { put: operations["pledge_ethics"] };
  "/v1/engagements/{engagement_id}/candidacy/refusal": { post: operations["decline_candidacy"] };
  "/v1/engagements/{engagement_id}/coach-profile": { put: operations["disclose_profile"] };
  "/v1/engagements/{engagement_id}/ethics-code": { put: operations["acknowledge_ethics"] };
  "/v1/engagements/{engagement_id}/conflicts": { post: operations["declare_conflict"] };
  "/v1/engagements/{engagement_id}/conflicts/{number}/resolution": { put: operations["resolve_conflict"] };
  "/v1/engagements/{engagement_id}/conflicts/{number}/acceptance": { put: operations["accept_conflict"] };
  "/v1/engagements/{engagement_id}/relationship-contract/proposals": { post: operations["propose_relationship_contract"] };
  "/v1/engagements/{engagement_id}/relationship-contract/proposals/{number}/agreement": { put: operations["agree_relationship_contract"] };
  "/v1/engagements/{engagement_id}/acknowledgements": { post: operations["acknowledge_limits"] };
  "/v1/engagements/{engagement_id}/organisation-context": { post: operations["record_organisation_context"] };
  "/v1/engagements/{engagement_id}/tripartite-meeting/date": { put: operations["schedule_tripartite_meeting"] };
  "/v1/engagements/{engagement_id}/contract/drafts": { post: operations["draft_contract"] };
  "/v1/engagements/{engagement_id}/contract/assents": { post: operations["assent_to_contract"] };
  "/v1/engagements/{engagement_id}/contract/signatures": { post: operations["sign_contract"] };
  "/v1/engagements/{engagement_id}/contract/in-force": { put: operations["activate_contract"] };
  "/v1/engagements/{engagement_id}/sessions": { post: operations["schedule_session"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/review": { put: operations["review_session"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/expectation": { put: operations["state_expectation"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/acceptance": { put: operations["accept_expectation"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/start": { put: operations["start_work"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/work": { post: operations["record_work"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/feedback": { post: operations["give_feedback"] };
  "/v1/engagements/{engagement_id}/sessions/{number}/end": { put: operations["close_session"] };
  "/v1/engagements/{engagement_id}/voice": { post: operations["state_voice"] };
  "/v1/engagements/{engagement_id}/voice/{number}/answer": { put: operations["answer_voice"] };
  "/v1/engagements/{engagement_id}/indicators": { post: operations["read_indicator"] };
  "/v1/engagements/{engagement_id}/summaries": { post: operations["propose_summary"] };
  "/v1/engagements/{engagement_id}/summaries/{number}/agreement": { put: operations["agree_summary"] };
  "/v1/engagements/{engagement_id}/checkpoint": { post: operations["assess_results"] };
  "/v1/engagements/{engagement_id}/checkpoint/{number}/countersignature": { put: operations["countersign_results"] };
  "/v1/engagements/{engagement_id}/checkpoint/{number}/analysis": { put: operations["analyse_no_result"] };
  "/v1/engagements/{engagement_id}/coaching-effect": { post: operations["measure_effect"] };
  "/v1/engagements/{engagement_id}/objectives/{number}/met": { put: operations["meet_objective"] };
  "/v1/engagements/{engagement_id}/closure-requests": { post: operations["request_closure"] };
  "/v1/engagements/{engagement_id}/commitments/{number}/fulfilment": { put: operations["keep_commitment"] };
  "/v1/engagements/{engagement_id}/commitments/{number}/assignee": { put: operations["reassign_commitment"] };
  "/v1/engagements/{engagement_id}/resources/{number}/delivery": { put: operations["deliver_resource"] };
  "/v1/engagements/{engagement_id}/demands/reviews": { post: operations["review_demands"] };
  "/v1/engagements/{engagement_id}/coaching-request": { post: operations["state_coaching_request"] };
  "/v1/engagements/{engagement_id}/coaching-request/validation": { put: operations["validate_coaching_request"] };
  "/v1/engagements/{engagement_id}/experiments": { post: operations["commit_experiment"] };
  "/v1/engagements/{engagement_id}/experiments/{number}/trial": { post: operations["try_experiment"] };
  "/v1/engagements/{engagement_id}/decisions": { post: operations["record_decision"] };
  "/v1/engagements/{engagement_id}/notes": { post: operations["write_note"] };
  "/v1/engagements/{engagement_id}/journal": { post: operations["write_entry"] };
  "/v1/coaches/me/practice/credentials": { post: operations["record_credential"] };
  "/v1/coaches/me/practice/supervision-places": { post: operations["register_place"] };
  "/v1/coaches/me/practice/supervision-places/{number}/end": { put: operations["leave_place"] };
  "/v1/coaches/me/practice/supervisions": { post: operations["record_supervision"] };
  "/v1/coaches/me/practice/development": { post: operations["log_development"] };
  "/v1/coaches/me/practice": { get: operations["read_own_practice"] };
  "/v1/coaches/{coach_id}/practice": { get: operations["read_practice"] };
  "/v1/engagements/{engagement_id}/coach-practice": { get: operations["read_coach_practice"] };
  "/v1/engagements/{engagement_id}/parties": { post: operations["replace_party"] };
  "/v1/engagements/{engagement_id}/erasure-requests": { post: operations["request_erasure"] };
  "/v1/engagements/{engagement_id}/erasure-requests/cancellation": { post: operations["cancel_erasure"] };
  "/v1/engagements/{engagement_id}/permissions/withdrawals": { post: operations["withdraw_permission"] };
  "/v1/engagements/{engagement_id}/follow-up": { post: operations["record_follow_up"] };
  "/v1/engagements/{engagement_id}/follow-up/waiver": { put: operations["waive_follow_up"] };
  "/v1/engagements/{engagement_id}/competence-limits": { post: operations["signal_limit"] };
  "/v1/engagements/{engagement_id}/referrals": { post: operations["recommend_referral"] };
  "/v1/engagements/{engagement_id}/referrals/{number}/answer": { put: operations["answer_referral"] };
  "/v1/engagements/{engagement_id}/concerns": { post: operations["raise_concern"] };
  "/v1/engagements/{engagement_id}/concerns/{number}/answer": { put: operations["answer_concern"] };
  "/v1/engagements/{engagement_id}/dealings": { post: operations["declare_dealing"] };
  "/v1/engagements/{engagement_id}/waivers": { post: operations["waive_rule"] };
  "/v1/engagements/{engagement_id}/disclosures": { post: operations["disclose"]; get: operations["list_disclosures"] };
  "/v1/engagements/{engagement_id}/disclosures/{disclosure_id}": { get: operations["read_disclosure"] };
  "/v1/engagements/{engagement_id}/access-requests": { post: operations["request_access"] };
  "/v1/engagements/{engagement_id}/access-requests/{number}/answer": { put: operations["answer_access"] };
  "/v1/views/{view}/engagements/{engagement_id}": { get: operations["read_view"] };
  "/v1/views/{view}/engagements/{engagement_id}/stream": { get: operations["read_stream"] };
  "/v1/oversight/timeline": { get: operations["read_timeline"] };
  "/v1/oversight/adherence/{pseudonym}.pdf": { get: operations["adherence_document"] };
  "/v1/oversight/adherence": { get: operations["list_adherence"] };
  "/v1/oversight/adherence/{pseudonym}": { get: operations["read_adherence"] };
  "/v1/oversight/due": { get: operations["list_due"] };
  "/v1/oversight/coaches": { get: operations["list_coaches"] };
  "/v1/oversight/coaches/{pseudonym}": { get: operations["read_coach"] };
  "/v1/policies": { get: operations["process_policies"] };
  "/v1/engagements/{engagement_id}/contract/versions/{number}.pdf": { get: operations["contract_document"] };
  "/v1/engagements/{engagement_id}/contract/versions/{number}/amendment.pdf": { get: operations["amendment_document"] };
  "/v1/engagements/{engagement_id}/receipts/{erasure_id}.pdf": { get: operations["receipt_document"] };
  "/v1/engagements/{engagement_id}/grants": { get: operations["list_grants"] };
  "/v1/engagements/{engagement_id}/receipts": { get: operations["list_receipts"] };
  "/v1/engagements/{engagement_id}/receipts/{erasure_id}": { get: operations["read_receipt"] };
  "/v1/engagements/{engagement_id}/exports": { get: operations["export_engagement"] };
  "/v1/engagements/{engagement_id}/access-log": { get: operations["read_access_log"] };
  "/v1/people/me/access-log": { get: operations["read_own_access_log"] };
  "/v1/changes": { get: operations["list_changes"] };
  "/v1/webhooks": { post: operations["register_webhook"]; get: operations["list_webhooks"] };
  "/v1/webhooks/{webhook_id}/secret": { post: operations["change_webhook_secret"] };
  "/v1/webhooks/{webhook_id}/replay": { post: operations["replay_webhook"] };
  "/v1/webhooks/{webhook_id}/removal": { post: operations["remove_webhook"] };
  "/v1/webhooks/{webhook_id}/dead-letters": { get: operations["list_dead_letters"] };
  "/v1/audit/bundles/engagements/{engagement_id}": { get: operations["export_engagement_evidence"] };
  "/v1/audit/bundles/people/{person_id}": { get: operations["export_person_evidence"] };
  "/v1/audit/bundles/coaches/{person_id}": { get: operations["export_coach_evidence"] };
  "/v1/audit/bundles/period": { get: operations["export_period_evidence"] };
  "/v1/audit/proofs/{position}": { get: operations["prove_event"] };
  "/v1/audit/log/checkpoint": { get: operations["read_checkpoint"] };
  "/v1/audit/log/tile/entries/{place}": { get: operations["read_entries"] };
  "/v1/audit/log/tile/{level}/{place}": { get: operations["read_tile"] };
  "/v1/engagements/{engagement_id}/team-members": { post: operations["admit_team_member"] };
  "/v1/engagements/{engagement_id}/team-members/departures": { post: operations["end_team_membership"] };
  "/livez": { get: operations["live"] };
  "/readyz": { get: operations["ready"] };
}
