using System.Text.RegularExpressions;
using OhlcvConnector.ServerTests;

namespace OhlcvConnector.ClusterTests;

/// <summary>What deploy/cluster says: which programs run with which environment, and who asks them what.</summary>
internal static class Deployed
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy");

    public static string Compose { get; } = Text("cluster/compose.yaml");

    public static string Kubernetes { get; } = Text("cluster/kubernetes.yaml");

    public static string NatsSettings { get; } = Text("cluster/nats.conf");

    /// <summary>The environment of each service of the compose file that is a program of ours.</summary>
    public static IReadOnlyDictionary<string, Dictionary<string, string>> ComposeServices()
    {
        var shared = Assignments(Regex.Match(Compose, @"^x-node:.*\n((?:  .*\n)+)", RegexOptions.Multiline).Groups[1].Value);
        return Regex.Matches(Compose, @"^  ([\w-]+):\n(?:    .*\n)*?    environment: \{(.*CONNECTOR.*|<<: \*node)\}", RegexOptions.Multiline).ToDictionary(
            service => service.Groups[1].Value,
            service =>
            {
                var own = Assignments(service.Groups[2].Value);
                return service.Groups[2].Value.Contains("*node", StringComparison.Ordinal)
                    ? shared.Where(one => !own.ContainsKey(one.Key)).Concat(own).ToDictionary()
                    : own;
            });
    }

    /// <summary>The words of the command of a service of the compose file.</summary>
    public static IReadOnlyList<string> ComposeCommand(string service) =>
        [.. Regex.Matches(Regex.Match(Compose, $@"^  {service}:\n(?:    .*\n)*?    command: \[(.*)\]", RegexOptions.Multiline).Groups[1].Value, "\"([^\"]*)\"")
            .Select(word => word.Groups[1].Value)];

    /// <summary>The environment of the program of ours in a manifest; what Kubernetes fills in is what the field is called.</summary>
    public static Dictionary<string, string> KubernetesEnvironment(string name)
    {
        var manifest = Manifest(name);
        return Regex.Matches(manifest, @"- \{name: (CONNECTOR_\w+), value: ""?(.*?)""?\}")
            .Concat(Regex.Matches(manifest, @"- name: (CONNECTOR_\w+).*\n\s+valueFrom: \{fieldRef: \{fieldPath: (\S+?)\}\}"))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    /// <summary>Paths that are asked for of a manifest's container, each with the number of the port.</summary>
    public static IReadOnlyList<(string Probe, string Path, int Port)> Probes(string name)
    {
        var manifest = Manifest(name);
        return [.. Regex.Matches(manifest, @"(\w+)Probe:\n\s+httpGet: \{path: ""?(.*?)""?, port: (\w+)\}")
            .Select(probe => (probe.Groups[1].Value, probe.Groups[2].Value, Port(manifest, probe.Groups[3].Value)))];
    }

    /// <summary>The number of a named port.</summary>
    public static int Port(string manifest, string name) =>
        int.Parse(Regex.Match(manifest, $@"\{{name: {name}, containerPort: (\d+)\}}").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The StatefulSet or Deployment of a name.</summary>
    public static string Manifest(string name) => Kubernetes.Split("\n---\n")
        .Single(one => Regex.IsMatch(one, @"kind: (StatefulSet|Deployment)") && one.Contains($"\n  name: {name}\n", StringComparison.Ordinal));

    private static Dictionary<string, string> Assignments(string text) => Regex.Matches(text, @"(CONNECTOR_\w+): ""?([^"",}\n]+(?:,[^"",}\n ]+)*)""?")
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static string Text(string path) => File.ReadAllText(Path.Combine(Folder, path));
}
