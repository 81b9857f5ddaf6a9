namespace RapidTuner.Engine.Cpu.Model;

/// <summary>Rotary angles per position of each pair of a head's elements (i and i + half, as in the published weights).</summary>
internal static class RotaryFrequencies
{
    /// <summary>Radians per token of each of the head's pairs.</summary>
    public static float[] Of(DecoderConfig config)
    {
        var frequencies = new float[config.HeadDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var frequency = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadDim);
            frequencies[i] = (float)(config.RopeScaling is { } scaling ? Stretch(frequency, scaling) : frequency);
        }

        return frequencies;
    }

    // Llama 3.1: long waves are stretched, short ones kept, those between blended linearly in the number of turns that fit the context.
    private static double Stretch(double frequency, RopeScaling scaling)
    {
        var turns = scaling.OriginalContextTokens * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor), 0, 1);
        return (frequency * kept) + (frequency / scaling.Factor * (1 - kept));
    }
}
