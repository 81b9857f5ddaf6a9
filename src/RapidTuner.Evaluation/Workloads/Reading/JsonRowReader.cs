using System.Text.Json;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Reads one JSON row at a time without a document tree; the ids under <c>hash_ids</c> stay until the next row.</summary>
internal sealed class JsonRowReader(RowProblems problems)
{
    private int _line;

    /// <summary>Ids of the last row, over all arrays under <c>hash_ids</c>, in file order.</summary>
    public List<long> Ids { get; } = [];

    /// <summary>Reads a line; null when it cannot be used, with every fault reported.</summary>
    public JsonRow? Read(ReadOnlySpan<byte> text, int line)
    {
        _line = line;
        Ids.Clear();
        try
        {
            return ReadObject(text);
        }
        catch (JsonException fault)
        {
            problems.Add(line, (int)(fault.BytePositionInLine ?? 0) + 1, "is not one JSON object", "give one object per line");
            return null;
        }
    }

    private JsonRow? ReadObject(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            problems.Add(_line, 1, "is not one JSON object", "give one object per line");
            return null;
        }

        double? stamp = null;
        int? input = null, output = null;
        var good = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("timestamp"u8))
            {
                good &= Number(ref json, "timestamp", -Tokens.ArrivalSMax, Tokens.ArrivalSMax * 1e3, out var value);
                stamp = value;
            }
            else if (json.ValueTextEquals("input_length"u8))
            {
                good &= Count(ref json, "input_length", out var value);
                input = value;
            }
            else if (json.ValueTextEquals("output_length"u8))
            {
                good &= Count(ref json, "output_length", out var value);
                output = value;
            }
            else if (json.ValueTextEquals("hash_ids"u8))
            {
                good &= ReadIds(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        json.Read();
        return Complete(good, stamp, input, output);
    }

    private JsonRow? Complete(bool good, double? stamp, int? input, int? output)
    {
        foreach (var (has, name) in new[] { (stamp.HasValue, "timestamp"), (input.HasValue, "input_length"), (output.HasValue, "output_length") })
        {
            if (!has)
            {
                good = false;
                problems.Add(_line, 1, $"the row has no {name}", "give timestamp, input_length, output_length and hash_ids");
            }
        }

        if (good && input == 0 && output > 0)
        {
            good = false;
            problems.Add(_line, 1, "input_length is 0", "give at least 1 prompt token");
        }

        return good ? new JsonRow(stamp!.Value, input!.Value, output!.Value) : null;
    }

    private bool Count(ref Utf8JsonReader json, string name, out int value)
    {
        var good = Number(ref json, name, 0, Tokens.Max, out var number);
        if (good && Math.Floor(number) != number)
        {
            problems.Add(_line, (int)json.TokenStartIndex + 1, $"{name} is {number}, no whole number", $"give tokens, 0 to {Tokens.Max}");
            good = false;
        }

        value = good ? (int)number : 0;
        return good;
    }

    private bool Number(ref Utf8JsonReader json, string name, double min, double max, out double value)
    {
        json.Read();
        var column = (int)json.TokenStartIndex + 1;
        var read = json.TokenType is JsonTokenType.Number or JsonTokenType.String;
        var text = json.ValueSpan;
        if (read && Tokens.TryParse(text, out value) && value >= min && value <= max)
        {
            return true;
        }

        value = 0;
        problems.Add(_line, column, name, read ? text : "…"u8, "no number in range", $"give a number from {min} to {max}");
        json.Skip();
        return false;
    }

    /// <summary>Numbers of an array, or of every array of an object, whose parts then follow each other.</summary>
    private bool ReadIds(ref Utf8JsonReader json)
    {
        json.Read();
        var depth = json.CurrentDepth;
        if (json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return json.TokenType == JsonTokenType.Null || NoId(ref json);
        }

        var good = true;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var id))
            {
                Ids.Add(id);
            }
            else if (json.TokenType is JsonTokenType.Number or JsonTokenType.String or JsonTokenType.True or JsonTokenType.False)
            {
                good &= NoId(ref json);
            }
        }

        return good;
    }

    private bool NoId(ref Utf8JsonReader json)
    {
        problems.Add(_line, (int)json.TokenStartIndex + 1, "hash_ids holds something that is no whole number", "give the ids as numbers");
        return false;
    }
}
