import COpenAPI
public import Foundation

/// The contract of the API: `docs/openapi.json`, an OpenAPI 3.1 document, as it was when this program was
/// built.
public enum OpenAPI {
    /// The document's bytes.
    public static var document: Data { Data(bytes: ad_openapi_bytes(), count: ad_openapi_count()) }
}
