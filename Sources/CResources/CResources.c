// Written by .ci/embed from fixtures/ and page/. Run it after adding, removing or renaming a file there.
#include "CResources.h"

static const unsigned char file_0[] = {
#embed "../../fixtures/demo.yaml" suffix(,)
    0};
static const unsigned char file_1[] = {
#embed "../../fixtures/dialects/data/airtable.yaml" suffix(,)
    0};
static const unsigned char file_2[] = {
#embed "../../fixtures/dialects/data/anthropic.yaml" suffix(,)
    0};
static const unsigned char file_3[] = {
#embed "../../fixtures/dialects/data/atlassian.yaml" suffix(,)
    0};
static const unsigned char file_4[] = {
#embed "../../fixtures/dialects/data/aws-json-1.0.yaml" suffix(,)
    0};
static const unsigned char file_5[] = {
#embed "../../fixtures/dialects/data/aws-json-1.1.yaml" suffix(,)
    0};
static const unsigned char file_6[] = {
#embed "../../fixtures/dialects/data/aws-query.yaml" suffix(,)
    0};
static const unsigned char file_7[] = {
#embed "../../fixtures/dialects/data/aws-s3.yaml" suffix(,)
    0};
static const unsigned char file_8[] = {
#embed "../../fixtures/dialects/data/azure-openai.yaml" suffix(,)
    0};
static const unsigned char file_9[] = {
#embed "../../fixtures/dialects/data/azure-resource-manager.yaml" suffix(,)
    0};
static const unsigned char file_10[] = {
#embed "../../fixtures/dialects/data/cloudflare.yaml" suffix(,)
    0};
static const unsigned char file_11[] = {
#embed "../../fixtures/dialects/data/cosmos-db.yaml" suffix(,)
    0};
static const unsigned char file_12[] = {
#embed "../../fixtures/dialects/data/discord.yaml" suffix(,)
    0};
static const unsigned char file_13[] = {
#embed "../../fixtures/dialects/data/docker-hub.yaml" suffix(,)
    0};
static const unsigned char file_14[] = {
#embed "../../fixtures/dialects/data/elasticsearch.yaml" suffix(,)
    0};
static const unsigned char file_15[] = {
#embed "../../fixtures/dialects/data/envoy.yaml" suffix(,)
    0};
static const unsigned char file_16[] = {
#embed "../../fixtures/dialects/data/gemini.yaml" suffix(,)
    0};
static const unsigned char file_17[] = {
#embed "../../fixtures/dialects/data/github.yaml" suffix(,)
    0};
static const unsigned char file_18[] = {
#embed "../../fixtures/dialects/data/gitlab.yaml" suffix(,)
    0};
static const unsigned char file_19[] = {
#embed "../../fixtures/dialects/data/groq.yaml" suffix(,)
    0};
static const unsigned char file_20[] = {
#embed "../../fixtures/dialects/data/hubspot.yaml" suffix(,)
    0};
static const unsigned char file_21[] = {
#embed "../../fixtures/dialects/data/hugging-face.yaml" suffix(,)
    0};
static const unsigned char file_22[] = {
#embed "../../fixtures/dialects/data/ietf-03.yaml" suffix(,)
    0};
static const unsigned char file_23[] = {
#embed "../../fixtures/dialects/data/ietf-06.yaml" suffix(,)
    0};
static const unsigned char file_24[] = {
#embed "../../fixtures/dialects/data/ietf-07.yaml" suffix(,)
    0};
static const unsigned char file_25[] = {
#embed "../../fixtures/dialects/data/ietf-10.yaml" suffix(,)
    0};
static const unsigned char file_26[] = {
#embed "../../fixtures/dialects/data/kong.yaml" suffix(,)
    0};
static const unsigned char file_27[] = {
#embed "../../fixtures/dialects/data/kubernetes.yaml" suffix(,)
    0};
static const unsigned char file_28[] = {
#embed "../../fixtures/dialects/data/microsoft-graph.yaml" suffix(,)
    0};
static const unsigned char file_29[] = {
#embed "../../fixtures/dialects/data/nginx.yaml" suffix(,)
    0};
static const unsigned char file_30[] = {
#embed "../../fixtures/dialects/data/notion.yaml" suffix(,)
    0};
static const unsigned char file_31[] = {
#embed "../../fixtures/dialects/data/okta.yaml" suffix(,)
    0};
static const unsigned char file_32[] = {
#embed "../../fixtures/dialects/data/openai.yaml" suffix(,)
    0};
static const unsigned char file_33[] = {
#embed "../../fixtures/dialects/data/plain.yaml" suffix(,)
    0};
static const unsigned char file_34[] = {
#embed "../../fixtures/dialects/data/reddit.yaml" suffix(,)
    0};
static const unsigned char file_35[] = {
#embed "../../fixtures/dialects/data/salesforce.yaml" suffix(,)
    0};
static const unsigned char file_36[] = {
#embed "../../fixtures/dialects/data/sendgrid.yaml" suffix(,)
    0};
static const unsigned char file_37[] = {
#embed "../../fixtures/dialects/data/shopify-graphql.yaml" suffix(,)
    0};
static const unsigned char file_38[] = {
#embed "../../fixtures/dialects/data/shopify-rest.yaml" suffix(,)
    0};
static const unsigned char file_39[] = {
#embed "../../fixtures/dialects/data/slack.yaml" suffix(,)
    0};
static const unsigned char file_40[] = {
#embed "../../fixtures/dialects/data/stripe.yaml" suffix(,)
    0};
static const unsigned char file_41[] = {
#embed "../../fixtures/dialects/data/traefik.yaml" suffix(,)
    0};
static const unsigned char file_42[] = {
#embed "../../fixtures/dialects/data/twilio.yaml" suffix(,)
    0};
static const unsigned char file_43[] = {
#embed "../../fixtures/dialects/data/x.yaml" suffix(,)
    0};
static const unsigned char file_44[] = {
#embed "../../fixtures/dialects/data/zendesk.yaml" suffix(,)
    0};
static const unsigned char file_45[] = {
#embed "../../fixtures/schema/client.json" suffix(,)
    0};
static const unsigned char file_46[] = {
#embed "../../fixtures/schema/fixture.json" suffix(,)
    0};
static const unsigned char file_47[] = {
#embed "../../fixtures/schema/openapi.json" suffix(,)
    0};
static const unsigned char file_48[] = {
#embed "../../fixtures/schema/report.json" suffix(,)
    0};
static const unsigned char file_49[] = {
#embed "../../fixtures/schema/storm.json" suffix(,)
    0};
static const unsigned char file_50[] = {
#embed "../../fixtures/suites/broken-download.yaml" suffix(,)
    0};
static const unsigned char file_51[] = {
#embed "../../fixtures/suites/broken-forever.yaml" suffix(,)
    0};
static const unsigned char file_52[] = {
#embed "../../fixtures/suites/broken-promise.yaml" suffix(,)
    0};
static const unsigned char file_53[] = {
#embed "../../fixtures/suites/credit-spent.yaml" suffix(,)
    0};
static const unsigned char file_54[] = {
#embed "../../fixtures/suites/cut-short.yaml" suffix(,)
    0};
static const unsigned char file_55[] = {
#embed "../../fixtures/suites/date-once.yaml" suffix(,)
    0};
static const unsigned char file_56[] = {
#embed "../../fixtures/suites/early-refusal.yaml" suffix(,)
    0};
static const unsigned char file_57[] = {
#embed "../../fixtures/suites/failures-apart.yaml" suffix(,)
    0};
static const unsigned char file_58[] = {
#embed "../../fixtures/suites/few-at-once.yaml" suffix(,)
    0};
static const unsigned char file_59[] = {
#embed "../../fixtures/suites/herd.yaml" suffix(,)
    0};
static const unsigned char file_60[] = {
#embed "../../fixtures/suites/hint-sequence.yaml" suffix(,)
    0};
static const unsigned char file_61[] = {
#embed "../../fixtures/suites/hung.yaml" suffix(,)
    0};
static const unsigned char file_62[] = {
#embed "../../fixtures/suites/last-chunk-missing.yaml" suffix(,)
    0};
static const unsigned char file_63[] = {
#embed "../../fixtures/suites/legacy-reset.yaml" suffix(,)
    0};
static const unsigned char file_64[] = {
#embed "../../fixtures/suites/outage.yaml" suffix(,)
    0};
static const unsigned char file_65[] = {
#embed "../../fixtures/suites/past-date.yaml" suffix(,)
    0};
static const unsigned char file_66[] = {
#embed "../../fixtures/suites/post-broken.yaml" suffix(,)
    0};
static const unsigned char file_67[] = {
#embed "../../fixtures/suites/post-in-progress.yaml" suffix(,)
    0};
static const unsigned char file_68[] = {
#embed "../../fixtures/suites/post-interrupted.yaml" suffix(,)
    0};
static const unsigned char file_69[] = {
#embed "../../fixtures/suites/post-refused.yaml" suffix(,)
    0};
static const unsigned char file_70[] = {
#embed "../../fixtures/suites/quota-spent.yaml" suffix(,)
    0};
static const unsigned char file_71[] = {
#embed "../../fixtures/suites/rate-limit-once.yaml" suffix(,)
    0};
static const unsigned char file_72[] = {
#embed "../../fixtures/suites/raw-hint.yaml" suffix(,)
    0};
static const unsigned char file_73[] = {
#embed "../../fixtures/suites/redirected-later.yaml" suffix(,)
    0};
static const unsigned char file_74[] = {
#embed "../../fixtures/suites/redirected.yaml" suffix(,)
    0};
static const unsigned char file_75[] = {
#embed "../../fixtures/suites/refused-forever.yaml" suffix(,)
    0};
static const unsigned char file_76[] = {
#embed "../../fixtures/suites/refused-once.yaml" suffix(,)
    0};
static const unsigned char file_77[] = {
#embed "../../fixtures/suites/reused-connection.yaml" suffix(,)
    0};
static const unsigned char file_78[] = {
#embed "../../fixtures/suites/shared-bucket.yaml" suffix(,)
    0};
static const unsigned char file_79[] = {
#embed "../../fixtures/suites/shared-quota.yaml" suffix(,)
    0};
static const unsigned char file_80[] = {
#embed "../../fixtures/suites/should-retry.yaml" suffix(,)
    0};
static const unsigned char file_81[] = {
#embed "../../fixtures/suites/skewed-date.yaml" suffix(,)
    0};
static const unsigned char file_82[] = {
#embed "../../fixtures/suites/status-forever.yaml" suffix(,)
    0};
static const unsigned char file_83[] = {
#embed "../../fixtures/suites/status-once.yaml" suffix(,)
    0};
static const unsigned char file_84[] = {
#embed "../../fixtures/suites/success-fields.yaml" suffix(,)
    0};
static const unsigned char file_85[] = {
#embed "../../fixtures/suites/two-hints.yaml" suffix(,)
    0};
static const unsigned char file_86[] = {
#embed "../../fixtures/suites/unauthorized.yaml" suffix(,)
    0};
static const unsigned char file_87[] = {
#embed "../../fixtures/suites/window.yaml" suffix(,)
    0};
static const unsigned char file_88[] = {
#embed "page/report.css" suffix(,)
    0};

// The last byte of each array is a zero that does not belong to the file, because an array cannot be empty.
static const struct CResources_file files[] = {
    {"demo.yaml", file_0, sizeof file_0 - 1},
    {"dialects/data/airtable.yaml", file_1, sizeof file_1 - 1},
    {"dialects/data/anthropic.yaml", file_2, sizeof file_2 - 1},
    {"dialects/data/atlassian.yaml", file_3, sizeof file_3 - 1},
    {"dialects/data/aws-json-1.0.yaml", file_4, sizeof file_4 - 1},
    {"dialects/data/aws-json-1.1.yaml", file_5, sizeof file_5 - 1},
    {"dialects/data/aws-query.yaml", file_6, sizeof file_6 - 1},
    {"dialects/data/aws-s3.yaml", file_7, sizeof file_7 - 1},
    {"dialects/data/azure-openai.yaml", file_8, sizeof file_8 - 1},
    {"dialects/data/azure-resource-manager.yaml", file_9, sizeof file_9 - 1},
    {"dialects/data/cloudflare.yaml", file_10, sizeof file_10 - 1},
    {"dialects/data/cosmos-db.yaml", file_11, sizeof file_11 - 1},
    {"dialects/data/discord.yaml", file_12, sizeof file_12 - 1},
    {"dialects/data/docker-hub.yaml", file_13, sizeof file_13 - 1},
    {"dialects/data/elasticsearch.yaml", file_14, sizeof file_14 - 1},
    {"dialects/data/envoy.yaml", file_15, sizeof file_15 - 1},
    {"dialects/data/gemini.yaml", file_16, sizeof file_16 - 1},
    {"dialects/data/github.yaml", file_17, sizeof file_17 - 1},
    {"dialects/data/gitlab.yaml", file_18, sizeof file_18 - 1},
    {"dialects/data/groq.yaml", file_19, sizeof file_19 - 1},
    {"dialects/data/hubspot.yaml", file_20, sizeof file_20 - 1},
    {"dialects/data/hugging-face.yaml", file_21, sizeof file_21 - 1},
    {"dialects/data/ietf-03.yaml", file_22, sizeof file_22 - 1},
    {"dialects/data/ietf-06.yaml", file_23, sizeof file_23 - 1},
    {"dialects/data/ietf-07.yaml", file_24, sizeof file_24 - 1},
    {"dialects/data/ietf-10.yaml", file_25, sizeof file_25 - 1},
    {"dialects/data/kong.yaml", file_26, sizeof file_26 - 1},
    {"dialects/data/kubernetes.yaml", file_27, sizeof file_27 - 1},
    {"dialects/data/microsoft-graph.yaml", file_28, sizeof file_28 - 1},
    {"dialects/data/nginx.yaml", file_29, sizeof file_29 - 1},
    {"dialects/data/notion.yaml", file_30, sizeof file_30 - 1},
    {"dialects/data/okta.yaml", file_31, sizeof file_31 - 1},
    {"dialects/data/openai.yaml", file_32, sizeof file_32 - 1},
    {"dialects/data/plain.yaml", file_33, sizeof file_33 - 1},
    {"dialects/data/reddit.yaml", file_34, sizeof file_34 - 1},
    {"dialects/data/salesforce.yaml", file_35, sizeof file_35 - 1},
    {"dialects/data/sendgrid.yaml", file_36, sizeof file_36 - 1},
    {"dialects/data/shopify-graphql.yaml", file_37, sizeof file_37 - 1},
    {"dialects/data/shopify-rest.yaml", file_38, sizeof file_38 - 1},
    {"dialects/data/slack.yaml", file_39, sizeof file_39 - 1},
    {"dialects/data/stripe.yaml", file_40, sizeof file_40 - 1},
    {"dialects/data/traefik.yaml", file_41, sizeof file_41 - 1},
    {"dialects/data/twilio.yaml", file_42, sizeof file_42 - 1},
    {"dialects/data/x.yaml", file_43, sizeof file_43 - 1},
    {"dialects/data/zendesk.yaml", file_44, sizeof file_44 - 1},
    {"schema/client.json", file_45, sizeof file_45 - 1},
    {"schema/fixture.json", file_46, sizeof file_46 - 1},
    {"schema/openapi.json", file_47, sizeof file_47 - 1},
    {"schema/report.json", file_48, sizeof file_48 - 1},
    {"schema/storm.json", file_49, sizeof file_49 - 1},
    {"suites/broken-download.yaml", file_50, sizeof file_50 - 1},
    {"suites/broken-forever.yaml", file_51, sizeof file_51 - 1},
    {"suites/broken-promise.yaml", file_52, sizeof file_52 - 1},
    {"suites/credit-spent.yaml", file_53, sizeof file_53 - 1},
    {"suites/cut-short.yaml", file_54, sizeof file_54 - 1},
    {"suites/date-once.yaml", file_55, sizeof file_55 - 1},
    {"suites/early-refusal.yaml", file_56, sizeof file_56 - 1},
    {"suites/failures-apart.yaml", file_57, sizeof file_57 - 1},
    {"suites/few-at-once.yaml", file_58, sizeof file_58 - 1},
    {"suites/herd.yaml", file_59, sizeof file_59 - 1},
    {"suites/hint-sequence.yaml", file_60, sizeof file_60 - 1},
    {"suites/hung.yaml", file_61, sizeof file_61 - 1},
    {"suites/last-chunk-missing.yaml", file_62, sizeof file_62 - 1},
    {"suites/legacy-reset.yaml", file_63, sizeof file_63 - 1},
    {"suites/outage.yaml", file_64, sizeof file_64 - 1},
    {"suites/past-date.yaml", file_65, sizeof file_65 - 1},
    {"suites/post-broken.yaml", file_66, sizeof file_66 - 1},
    {"suites/post-in-progress.yaml", file_67, sizeof file_67 - 1},
    {"suites/post-interrupted.yaml", file_68, sizeof file_68 - 1},
    {"suites/post-refused.yaml", file_69, sizeof file_69 - 1},
    {"suites/quota-spent.yaml", file_70, sizeof file_70 - 1},
    {"suites/rate-limit-once.yaml", file_71, sizeof file_71 - 1},
    {"suites/raw-hint.yaml", file_72, sizeof file_72 - 1},
    {"suites/redirected-later.yaml", file_73, sizeof file_73 - 1},
    {"suites/redirected.yaml", file_74, sizeof file_74 - 1},
    {"suites/refused-forever.yaml", file_75, sizeof file_75 - 1},
    {"suites/refused-once.yaml", file_76, sizeof file_76 - 1},
    {"suites/reused-connection.yaml", file_77, sizeof file_77 - 1},
    {"suites/shared-bucket.yaml", file_78, sizeof file_78 - 1},
    {"suites/shared-quota.yaml", file_79, sizeof file_79 - 1},
    {"suites/should-retry.yaml", file_80, sizeof file_80 - 1},
    {"suites/skewed-date.yaml", file_81, sizeof file_81 - 1},
    {"suites/status-forever.yaml", file_82, sizeof file_82 - 1},
    {"suites/status-once.yaml", file_83, sizeof file_83 - 1},
    {"suites/success-fields.yaml", file_84, sizeof file_84 - 1},
    {"suites/two-hints.yaml", file_85, sizeof file_85 - 1},
    {"suites/unauthorized.yaml", file_86, sizeof file_86 - 1},
    {"suites/window.yaml", file_87, sizeof file_87 - 1},
    {"page/report.css", file_88, sizeof file_88 - 1},
};

size_t CResources_count(void) { return sizeof files / sizeof files[0]; }

struct CResources_file CResources_at(size_t position) { return files[position]; }
