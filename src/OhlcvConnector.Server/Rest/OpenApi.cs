using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OhlcvConnector.Server.FanOut.Upstream;
using Scalar.AspNetCore;

namespace OhlcvConnector.Server.Rest;

/// <summary>The description of REST, made from its routes and the types of its answers, as <c>/openapi.json</c> and as a page under <c>/docs</c>.</summary>
internal static class OpenApi
{
    /// <summary>Where the description is.</summary>
    public const string Path = "/openapi.json";

    /// <summary>Where the page is.</summary>
    public const string Page = "/docs";

    private const string Usual = "/openapi/v1.json";
    private const string HeaderKey = "header";
    private const string BearerKey = "bearer";
    private const string QueryKey = "query";

    private static readonly (string Name, string Meaning)[] Limits =
    [
        ("RateLimit-Limit", "Requests a minute, where they are limited."),
        ("RateLimit-Remaining", "Of these, how many are left."),
        ("RateLimit-Reset", "Seconds until all are there again."),
    ];

    private static readonly string[] Keys = [HeaderKey, BearerKey, QueryKey];

    /// <summary>Adds what makes the description.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => RestNames.Describe(json.SerializerOptions));
        services.AddOpenApi(description =>
        {
            description.AddDocumentTransformer(DescribeAll);
            description.AddOperationTransformer(Describe);
            description.AddSchemaTransformer(Describe);
        });
    }

    /// <summary>Adds the paths.</summary>
    public static void Map(WebApplication application)
    {
        application.MapOpenApi(Path).ExcludeFromDescription();
        application.MapGet(Usual, (RequestDelegate)(context =>
        {
            context.Response.Redirect(".." + Path, permanent: true);
            return Task.CompletedTask;
        }));
        application.MapScalarApiReference(Page, page => page
            .WithTitle("OhlcvConnector REST")
            .WithOpenApiRoutePattern(Path)
            .WithDynamicBaseServerUrl()
            .DisableDefaultFonts() // they come from elsewhere, as do all of these
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .ExpandAllTags());
    }

    /// <summary>Describes a path that is no question of its own.</summary>
    public static void Describe(
        IEndpointConventionBuilder endpoint, string name, string summary, string contentType, params (int Status, string Meaning, Type Answer)[] answers)
    {
        endpoint.WithMetadata(((RequestDelegate)Nothing).Method).WithName(name).WithSummary(summary).WithTags("Operations");
        foreach (var (status, meaning, answer) in answers)
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, answer, [contentType]) { Description = meaning });
        }
    }

    /// <summary>What is described has a method, and one that is none of a controller.</summary>
    private static Task Nothing(HttpContext context) => Task.CompletedTask;

    private static Task DescribeAll(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "OhlcvConnector REST",
            Version = ServerIdentity.Version,
            Description = "Candles and prices for those who poll. Live candles come over the WebSocket. Times are UTC; decimals are numbers. Send an answer's ETag as If-None-Match to get 304 while it is the same.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [HeaderKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-Api-Key",
                Description = "An API key, where the server has some.",
            },
            [BearerKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key." },
            [QueryKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Query,
                Name = Connections.ConnectionGate.KeyQuery,
                Description = "An API key; it may be seen in logs of proxies.",
            },
        };
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RestRoute>().SingleOrDefault() is not { } route)
        {
            return Task.CompletedTask;
        }

        var services = context.ApplicationServices;
        operation.OperationId = route.Name;
        operation.Summary = route.Summary;
        operation.Description = route.Description;
        operation.Parameters =
            [.. route.Parameters.Select(parameter => Describe(parameter, services.GetRequiredService<Hub>().Exchanges.Select(exchange => exchange.Name)))];
        operation.Security = services.GetRequiredService<ServerOptions>().KeysPath is null ? []
            : [.. Keys.Select(key => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(key, context.Document)] = [] })];
        foreach (var (status, meaning) in RestGuard.ErrorsOf(route))
        {
            operation.Responses![$"{status}"].Description = meaning;
        }

        var answer = (OpenApiResponse)operation.Responses![$"{route.Status}"];
        answer.Description = route.Summary + ".";
        foreach (var format in route.Own.Contains(RestRoute.Format) ? TableFormat.All : [])
        {
            answer.Content![format.MediaType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format == TableFormat.Csv ? null : "binary" },
            };
        }

        answer.Headers = new Dictionary<string, IOpenApiHeader>();
        if (route.HasTag)
        {
            answer.Headers["ETag"] = new OpenApiHeader
            {
                Description = "Send it as If-None-Match; 304 means unchanged.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
            operation.Responses[$"{StatusCodes.Status304NotModified}"] = new OpenApiResponse { Description = "Unchanged since the ETag that was sent." };
        }

        foreach (var (name, meaning) in route.IsOfAssets ? Limits : [])
        {
            answer.Headers[name] = new OpenApiHeader { Description = meaning, Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
        }

        ((OpenApiResponse)operation.Responses[$"{StatusCodes.Status429TooManyRequests}"]).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
        };
        return Task.CompletedTask;
    }

    private static OpenApiParameter Describe(RestParameter parameter, IEnumerable<string> exchanges) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.IsInPath ? ParameterLocation.Path : ParameterLocation.Query,
        Required = parameter.IsRequired || parameter.IsInPath,
        Deprecated = parameter.IsDeprecated,
        Description = parameter.Description,
        Schema = parameter.Kind switch
        {
            RestKind.Whole => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = $"{parameter.Least}",
                Maximum = $"{parameter.Most}",
                Default = JsonValue.Create(RestRoute.UsualOf(parameter)),
            },
            RestKind.Truth => new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = JsonValue.Create(parameter.Usual == "true") },
            RestKind.Moment => new OpenApiSchema
            {
                AnyOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "2026-01-31T12:00:00Z" },
                    new OpenApiSchema { Type = JsonSchemaType.String, Format = "date", Description = "2026-01-31" },
                    new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0", Description = "Milliseconds since 1970." },
                ],
            },
            RestKind.Interval => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Pattern = "^[1-9][0-9]*[smhdwM]$",
                Default = JsonValue.Create(parameter.Usual),
            },
            RestKind.Exchange => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. exchanges.Select(name => JsonValue.Create(name))] },
            _ => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                Default = parameter.Usual is { } usual ? JsonValue.Create(usual) : null,
                Enum = [.. parameter.Choices.Select(choice => JsonValue.Create(choice))],
            },
        },
    };

    /// <summary>A moment has no form of its own in the types, and what may be absent is not null.</summary>
    private static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | (type == typeof(DateTimeOffset) ? default : JsonSchemaType.Null);
            schema.Format = "date-time";
        }

        if (context.JsonPropertyInfo is { IsRequired: false, ShouldSerialize: not null })
        {
            schema.Type &= ~JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }
}
