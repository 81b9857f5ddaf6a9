using System.Text;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Tells a file's format from its first line that is not blank.</summary>
internal static class FormatSniffer
{
    private const string Known = "canonical CSV (arrival_s,prompt_tokens,output_tokens[,cached_prompt_tokens]), Azure LLM CSV, "
        + "BurstGPT CSV, Mooncake JSONL, RAGPulse JSONL, a ServeGen folder or a workload spec";

    /// <summary>The format, and for a CSV its columns; a file that is none of them is bad input.</summary>
    public static (TraceFormat Format, CsvColumns? Columns) Recognise(string path)
    {
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            var text = line.Trim(" \t"u8);
            if (text.IsEmpty)
            {
                continue;
            }

            if (text[0] == (byte)'{')
            {
                return (JsonFormat(text), null);
            }

            var columns = CsvColumns.Recognise(text);
            if (columns is null)
            {
                throw Unknown(path, lines.Line, text);
            }

            columns.ThrowIfIncomplete(path, lines.Line);
            return (columns.Format, columns);
        }

        throw new BadInputException(path, "the trace is empty", "give at least one request");
    }

    /// <summary>A JSON object on one line with a time stamp is a row; anything else in braces is a document, so a spec.</summary>
    private static TraceFormat JsonFormat(ReadOnlySpan<byte> line)
    {
        var (stamp, lengths, stampIsText, partsObject, schema) = (false, false, false, false, false);
        try
        {
            var json = new Utf8JsonReader(line, isFinalBlock: false, default);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                if (!json.Read())
                {
                    break;
                }

                stamp |= name is "timestamp";
                lengths |= name is "input_length" or "output_length";
                schema |= name is "format" or "$schema" or "components";
                stampIsText |= name is "timestamp" && json.TokenType == JsonTokenType.String;
                partsObject |= name is "hash_ids" && json.TokenType == JsonTokenType.StartObject;
                if (!json.TrySkip())
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // What was seen up to the fault decides; the reader of that format reports the fault with its place.
        }

        return (stamp || lengths) && !schema ? (partsObject || stampIsText ? TraceFormat.RagPulse : TraceFormat.Mooncake) : TraceFormat.Spec;
    }

    private static BadInputException Unknown(string path, int line, ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text.Length > 80 ? text[..80] : text);
        var servegen = text.Count((byte)',') == 5 && Tokens.TryParse(text[..text.IndexOf((byte)',')], out double _);
        return servegen
            ? new BadInputException($"{path}:{line}:1", "looks like one client of a ServeGen folder", "give the folder that holds its -trace.csv and -dataset.json files")
            : new BadInputException($"{path}:{line}:1", $"`{shown}` starts no format that is known", $"give {Known}");
    }
}
