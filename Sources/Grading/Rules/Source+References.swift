extension Rule.Source {
    static let retryAfter = Self(
        "RFC 9110 section 10.2.3 (Retry-After)", "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3")
    static let dateField = Self(
        "RFC 9110 section 6.6.1 (Date)", "https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1")
    static let dates = Self(
        "RFC 9110 section 5.6.7 (HTTP dates)", "https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7")
    static let unavailable = Self(
        "RFC 9110 section 15.6.4 (503)", "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4")
    static let tooManyRequests = Self(
        "RFC 6585 section 4 (429)", "https://www.rfc-editor.org/rfc/rfc6585#section-4")
    static let requestTimeout = Self(
        "RFC 9110 section 15.5.9 (408)", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9")
    static let idempotentMethods = Self(
        "RFC 9110 section 9.2.2 (idempotent methods)", "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2")
    static let contentLength = Self(
        "RFC 9110 section 8.6 (Content-Length)", "https://www.rfc-editor.org/rfc/rfc9110#section-8.6")
    static let incompleteMessages = Self(
        "RFC 9112 section 8 (incomplete messages)", "https://www.rfc-editor.org/rfc/rfc9112#section-8")
    static let combiningParts = Self(
        "RFC 9110 section 15.3.7.3 (combining parts)", "https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7.3")
    static let ifRange = Self(
        "RFC 9110 section 13.1.5 (If-Range)", "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5")
    static let cascadingFailures = Self(
        "Site Reliability Engineering: addressing cascading failures",
        "https://sre.google/sre-book/addressing-cascading-failures/")
    static let unauthorized = Self(
        "RFC 9110 section 15.5.2 (401)", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2")
    static let openAILimits = Self(
        "OpenAI: unsuccessful requests count against the limit",
        "https://help.openai.com/en/articles/5955604-how-can-i-solve-429-too-many-requests-errors")
    static let concurrencyUnit = Self(
        "draft-ietf-httpapi-ratelimit-headers-11 section 3.1.2 (concurrent requests)",
        "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11#section-3.1.2")
    static let finagleBudget = Self(
        "Finagle: retry budgets", "https://finagle.github.io/blog/2016/02/08/retry-budgets/")
    static let towerBudget = Self("Tower: retry budget", "https://docs.rs/tower/latest/tower/retry/budget/index.html")
    static let metastable = Self(
        "HotOS 2021: metastable failures in distributed systems", "https://doi.org/10.1145/3458336.3465286")
    static let metastableInTheWild = Self(
        "OSDI 2022: metastable failures in the wild",
        "https://www.usenix.org/conference/osdi22/presentation/huang-lexiang")
    static let overload = Self(
        "Site Reliability Engineering: handling overload", "https://sre.google/sre-book/handling-overload/")
    static let circuitBreaker = Self(
        "Azure: circuit breaker pattern", "https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker")
    static let redirects = Self(
        "RFC 9110 section 15.4 (redirection)", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4")
    static let rateLimitFields = Self(
        "draft-ietf-httpapi-ratelimit-headers-11",
        "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11")
    static let idempotencyKey = Self(
        "draft-ietf-httpapi-idempotency-key-header",
        "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header")
    static let github = Self(
        "GitHub: best practices for the REST API",
        "https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api")
    static let awsJitter = Self(
        "AWS: Exponential Backoff And Jitter",
        "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/")
    static let buildersLibrary = Self(
        "Amazon Builders' Library: timeouts, retries and backoff with jitter",
        "https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/")
    static let awsRetries = Self(
        "AWS SDKs: retry behavior", "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html")
    static let grpcRetries = Self(
        "gRPC A6: client retries", "https://github.com/grpc/proposal/blob/master/A6-client-retries.md")
    static let retryStorm = Self(
        "Azure: retry storm antipattern", "https://learn.microsoft.com/azure/architecture/antipatterns/retry-storm/")
    static let cloudStorage = Self(
        "Cloud Storage: retry strategy", "https://cloud.google.com/storage/docs/retry-strategy")
    static let cloudStorageTests = Self(
        "Google: conformance tests of storage clients", "https://github.com/googleapis/conformance-tests")
    static let stripeIdempotency = Self(
        "Stripe: idempotent requests", "https://docs.stripe.com/api/idempotent_requests")
    static let openAI = Self(
        "OpenAI: how to handle rate limits", "https://cookbook.openai.com/examples/how_to_handle_rate_limits")
    static let retryableHTTP = Self(
        "hashicorp/go-retryablehttp: rewinds the body for each try", "https://github.com/hashicorp/go-retryablehttp")
    static let elapsedTime = Self(
        "cenkalti/backoff: MaxElapsedTime", "https://pkg.go.dev/github.com/cenkalti/backoff/v4#ExponentialBackOff")
    static let retryingRequests = Self(
        "RFC 9112 section 9.3.1 (retrying requests)", "https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1")
    static let connections = Self(
        "RFC 9112 section 9.4 (concurrency)", "https://www.rfc-editor.org/rfc/rfc9112#section-9.4")
    static let openAIRetries = Self(
        "openai-python: x-should-retry", "https://github.com/openai/openai-python/blob/main/src/openai/_base_client.py")
    static let grpcBackoff = Self(
        "gRPC: connection backoff", "https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md")
    static let connectionEnd = Self(
        "RFC 9112 section 9.5 (failures and timeouts)", "https://www.rfc-editor.org/rfc/rfc9112#section-9.5")
}
