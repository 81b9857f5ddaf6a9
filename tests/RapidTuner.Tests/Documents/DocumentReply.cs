using System.Text.Json;

namespace RapidTuner.Tests.Documents;

/// <summary>What a page's <c>curl</c> got: status, head and body, and whether they are what the page says of that address.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">Status code.</param>
/// <param name="Head">Header lines.</param>
/// <param name="Body">Body.</param>
internal sealed record DocumentReply(string Method, string Path, int Status, string Head, string Body)
{
    private const string Json = "application/json";
    private const string Events = "text/event-stream";

    private static readonly Dictionary<string, Action<DocumentReply>> Checks = new(StringComparer.Ordinal)
    {
        ["GET /readyz"] = r => Assert.Equal("ready\n", r.Body),
        ["GET /metrics"] = r =>
        {
            Assert.Contains("text/plain; version=0.0.4", r.Head);
            Assert.Contains("# TYPE rapidtuner_ttft_seconds histogram", r.Body);
            Assert.Contains("\nrapidtuner_split_units{phase=\"prefill\"} ", r.Body);
        },
        ["GET /openapi/v1.json"] = r =>
        {
            var document = r.Document();
            Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
            Assert.All(["/api/v1/state", "/api/v1/plan", "/v1/chat/completions"], path => Assert.True(document.GetProperty("paths").TryGetProperty(path, out _), path));
        },
        ["GET /v1/models"] = r => Assert.Equal("llama-3.1-70b", r.Document().GetProperty("data")[0].GetProperty("id").GetString()),
        ["POST /v1/chat/completions"] = r => Assert.Equal(8, r.Tokens("delta", "content")),
        ["POST /v1/completions"] = r =>
        {
            // Four tokens were asked for, and the third is where to stop: the text ends before it.
            Assert.InRange(r.Tokens(null, "text"), 2, 4);
            Assert.DoesNotContain("t3", r.Body);
            Assert.Contains("\"finish_reason\":\"stop\"", r.Body);
            Assert.Contains("\"completion_tokens\":3", r.Body);
        },
        ["GET /api/v1/state"] = r =>
        {
            var state = r.Document();
            Assert.Equal("mi300x", state.GetProperty("engine").GetProperty("device").GetString());
            Assert.InRange(state.GetProperty("split").GetProperty("decode_units").GetInt32(), 1, 304);
            Assert.True(state.GetProperty("acknowledged").GetProperty("runs").GetInt64() > 0);
        },
        ["PUT /api/v1/split"] = r => Assert.Equal((152, 152), (r.Document().GetProperty("pinned").GetProperty("prefill_units").GetInt32(), r.Document().GetProperty("pinned").GetProperty("decode_units").GetInt32())),
        ["DELETE /api/v1/split"] = r => Assert.Equal(JsonValueKind.Null, r.Document().GetProperty("pinned").ValueKind),
        ["GET /api/v1/decisions"] = r =>
        {
            var decisions = r.Document().GetProperty("decisions").EnumerateArray().ToArray();
            Assert.InRange(decisions.Length, 1, 5);
            Assert.All(decisions, d => Assert.NotEmpty(d.GetProperty("why").GetString()!));
        },
        ["GET /api/v1/plan"] = r =>
        {
            Assert.Equal("learned", r.Document().GetProperty("policy").GetString());
            Assert.NotEmpty(r.Document().GetProperty("decisions").GetProperty("by_reason").EnumerateArray());
        },
        ["GET /api/v1/forecasts"] = r => Assert.True(r.Document().GetProperty("horizons_s").GetArrayLength() > 0 && r.Document().GetProperty("series").TryGetProperty("requests_per_s", out _)),
        ["GET /api/v1/curves"] = r => Assert.Equal(JsonValueKind.Object, r.Document().GetProperty("champion").GetProperty("decode").ValueKind),
        ["GET /api/v1/history"] = r => Assert.All(r.Document().EnumerateObject(), column => Assert.InRange(column.Value.GetArrayLength(), 0, 60)),
        ["GET /api/v1/export/decisions"] = r => Assert.All(r.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.True(JsonElement.Parse(line).GetProperty("seq").GetInt64() > 0)),
        ["GET /api/v1/jobs"] = r => Assert.Contains(r.Document().GetProperty("scheduled").EnumerateArray(), j => j.GetProperty("name").GetString() == "train"),
        ["POST /api/v1/trial"] = r => Assert.Equal("rapid", r.Document().GetProperty("trial").GetProperty("wanted").GetString()),
        ["GET /api/v1/trial"] = r => Assert.Equal("rapid", r.Document().GetProperty("wanted").GetString()),
        ["DELETE /api/v1/trial"] = r => Assert.Empty(r.Body),
        ["GET /api/v1/models"] = r => Assert.Contains(r.Document().GetProperty("models").EnumerateArray(), m => m.GetProperty("status").GetString() == "shipped"),
    };

    // What is done after the reply.
    private static readonly string[] Accepted = ["POST /api/v1/trial", "DELETE /api/v1/trial"];

    /// <summary>Reads what the page's shell wrote of a call.</summary>
    /// <param name="line">The file with method, address and status; head and body lie beside it.</param>
    public static DocumentReply Read(string line)
    {
        var parts = File.ReadAllText(line).Split(' ', StringSplitOptions.TrimEntries);
        string Beside(string kind) => System.IO.Path.ChangeExtension(line, kind) is var path && File.Exists(path) ? File.ReadAllText(path) : "";
        return new DocumentReply(parts[0], new Uri(parts[1]).PathAndQuery, int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture), Beside("head"), Beside("body"));
    }

    /// <summary>Holds the reply to what is known of its address; an address of which nothing is known fails.</summary>
    public void Check()
    {
        var what = $"{Method} {Path.Split('?')[0]}";
        Assert.Equal(Accepted.Contains(what) ? 202 : 200, Status);
        Assert.True(Checks.TryGetValue(what, out var check), $"no check says what {what} answers");
        check(this);
    }

    private JsonElement Document()
    {
        Assert.Contains(Json, Head);
        return JsonElement.Parse(Body);
    }

    // One event a token, the end last, and a word that over the twin tokens are placeholders.
    private int Tokens(string? of, string text)
    {
        Assert.Contains(Events, Head);
        Assert.Contains("x-rapidtuner-placeholder: 1", Head, StringComparison.OrdinalIgnoreCase);
        var events = Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..]).ToArray();
        Assert.Equal("[DONE]", events[^1]);
        return events.SkipLast(1).Select(e => JsonElement.Parse(e)).Count(e =>
            e.GetProperty("choices") is var choices && choices.GetArrayLength() > 0
            && (of is null ? choices[0] : choices[0].GetProperty(of)).TryGetProperty(text, out var token) && token.GetString() is { Length: > 0 });
    }
}
